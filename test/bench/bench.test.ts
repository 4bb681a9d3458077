// What the benchmark makes of its numbers, from a run that is written down here. Nothing is timed.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";

const results = {
  machine: { node: "v20.0.0", processors: 2, pulumi: "3.0.0", cloudflare: "7.0.0", cli: false },
  rows: [
    {
      section: "start",
      what: "first answer",
      unit: "ms",
      rounds: 5,
      values: { empty: 40, dynamic: 500, plugin: 1234.4, least: 450, sdkDynamic: 1000 },
      target: { dynamic: 0.6 },
    },
    {
      section: "start",
      what: "times an empty process",
      unit: "x",
      values: { plugin: 2.04, sdkDynamic: 4 },
      limit: { plugin: 2.5 },
    },
  ],
};

const table = rendered(results);

describe("the table", () => {
  const lineOf = (what: string) => table.split("\n").find((line) => line.startsWith(what)) ?? "";

  it("gives every value its unit, and each provider its ratio to the straightforward dynamic provider beside what was aimed at", () => {
    expect(lineOf("first answer").split(/ {2,}/)).toEqual([
      "first answer",
      "5",
      "40 ms",
      "500 ms",
      "1,234 ms",
      "450 ms",
      "1,000 ms",
      "0.50 (<0.6)",
      "1.23",
    ]);
  });

  it("gives no ratio of what is a ratio already", () => {
    expect(lineOf("times an empty process").split(/ {2,}/)).toEqual(["times an empty process", "2.0 x (<2.5)", "4 x"]);
  });
});

// In Node itself, since the benchmark's files are ES modules, which jest does not load.
function rendered(run: object): string {
  const script = `
    import { renderTable, withRatios } from "./table.mjs";
    const run = JSON.parse(process.argv[1]);
    console.log(renderTable({ ...run, rows: run.rows.map(withRatios) }));
  `;
  const args = ["--input-type=module", "-e", script, JSON.stringify(run)];
  return execFileSync(process.execPath, args, { cwd: path.resolve(__dirname), encoding: "utf8" });
}
