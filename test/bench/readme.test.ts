// Holds the README's figures to the results that the benchmark wrote last.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ROOT } from "../support/program";

interface Row {
  what: string;
  section: string;
  values: Record<string, number>;
}

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");
const { rows } = JSON.parse(read("test/bench/results.json")) as { rows: Row[] };
const cost = read("README.md").split("## What it costs")[1]?.split("\n## ")[0] ?? "";

function resultOf(what: string, subject: string): number {
  const found = rows.find((row) => row.what === what)?.values[subject];
  if (found === undefined) throw new Error(`results.json has no '${what}' of ${subject}.`);
  return found;
}

const whole = (value: number) => Math.round(value).toLocaleString("en");

describe("the README's figures", () => {
  it.each([
    ["process start to first Check", "ms", whole],
    ["memory at the first Check", "MB", whole],
    ["one resource in the state", "bytes", whole],
    ["up, 1,000 accounts", "s", (value: number) => (value / 1000).toFixed(1)],
  ] as const)("of '%s' are those of the last run", (what, unit, format) => {
    for (const subject of ["sdkDynamic", "dynamic", "plugin"]) {
      expect(cost).toContain(`| ${format(resultOf(what, subject))} ${unit}`);
    }
  });

  it("of previews are those of the last run", () => {
    const over = rows.filter(({ what }) => what.trim() === "over the empty program").map(({ values }) => values);
    expect(over).toHaveLength(2);
    for (const values of over) {
      const cells = ["sdkDynamic", "dynamic", "plugin"].map((subject) => `${whole(values[subject] ?? 0)} ms`);
      expect(cost).toContain(cells.join(" | "));
    }
  });
});
