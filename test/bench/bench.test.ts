// What the benchmark makes of its numbers: the table and the picture, from a run that is written down here. Nothing is timed.
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
      values: { empty: 40, dynamic: 500, plugin: 1234.4, sdkDynamic: 1000 },
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
  growth: [
    grown(1, { dynamic: 500, plugin: 160, sdkDynamic: 900 }),
    grown(1000, { dynamic: 4000, plugin: 2500, sdkDynamic: 5000 }),
  ],
};

const { table, light, dark } = rendered(results);

describe("the table", () => {
  const lineOf = (what: string) => table.split("\n").find((line) => line.startsWith(what)) ?? "";

  it("gives every value its unit, and each provider its ratio to the straightforward dynamic provider beside what was aimed at", () => {
    expect(lineOf("first answer").split(/ {2,}/)).toEqual([
      "first answer",
      "5",
      "40 ms",
      "500 ms",
      "1,234 ms",
      "1,000 ms",
      "0.50 (<0.6)",
      "1.23",
    ]);
  });

  it("gives no ratio of what is a ratio already", () => {
    expect(lineOf("times an empty process").split(/ {2,}/)).toEqual(["times an empty process", "2.0 x (<2.5)", "4 x"]);
  });
});

describe("the picture", () => {
  it("draws a line with a point per number of accounts for each of the three, in each of its three panels", () => {
    expect(light.match(/<polyline /g)).toHaveLength(9);
    expect(light.match(/<circle /g)).toHaveLength(18);
  });

  it("ends each line with the value that it has there", () => {
    for (const perAccount of ["4.0", "2.5", "5.0"]) expect(light).toContain(`>${perAccount}</text>`);
  });

  it("stands on numbers only", () => {
    expect(light).not.toMatch(/NaN|undefined|null|Infinity/);
  });

  it("differs between a light and a dark page in nothing but its colors", () => {
    const colorless = (svg: string) => svg.replace(/#[0-9a-f]{6}/g, "");
    expect(dark).not.toBe(light);
    expect(colorless(dark)).toBe(colorless(light));
  });

  it("leaves out the memory on a machine that does not report it", () => {
    const untold = results.growth.map((entry) => ({ ...entry, peakMb: {} }));
    expect(rendered({ ...results, growth: untold }).light.match(/<polyline /g)).toHaveLength(6);
  });
});

function grown(accounts: number, ms: Record<string, number>) {
  return { accounts, ms: { up: ms, "no-op up": ms }, peakMb: { dynamic: 140, plugin: 75, sdkDynamic: 160 } };
}

// In Node itself, since the benchmark's files are ES modules, which jest does not load.
function rendered(run: object): { table: string; light: string; dark: string } {
  const script = `
    import { drawGrowth } from "./chart.mjs";
    import { renderTable, withRatios } from "./table.mjs";
    const run = JSON.parse(process.argv[1]);
    const table = renderTable({ ...run, rows: run.rows.map(withRatios) });
    const [light, dark] = ["light", "dark"].map((theme) => drawGrowth(run.growth, theme));
    console.log(JSON.stringify({ table, light, dark }));
  `;
  const args = ["--input-type=module", "-e", script, JSON.stringify(run)];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: path.resolve(__dirname), encoding: "utf8" }));
}
