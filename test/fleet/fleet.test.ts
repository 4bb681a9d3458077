// The fleet example's own logic, without the CLI: the table, the run, and going on after an interruption.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Apply, type FleetOptions, runFleet, summaryOf } from "../../examples/fleet/allStacks";
import { Journal } from "../../examples/fleet/journal";
import { refuseRemoval } from "../../examples/fleet/removals";
import { type Group, readTable } from "../../examples/fleet/table";
import { isEmpty } from "../../examples/fleet/watchStacks";

const id = (letter: string) => letter.repeat(32);
const row = (stack: string, letter: string, more = {}) => ({
  stack,
  accountId: id(letter),
  amountUsd: 50,
  thresholdUsd: 10,
  ...more,
});
const table = (...rows: unknown[]) => readTable(JSON.stringify(rows));

describe("the table", () => {
  it("is grouped by stack, in cents", () => {
    expect(table(row("eu", "a", { amountUsd: 19.99 }), row("us", "b"), row("eu", "c", { enabled: false }))).toEqual([
      {
        stack: "eu",
        accounts: [
          { accountId: id("a"), amount: 1999, threshold: 1000, enabled: true },
          { accountId: id("c"), amount: 5000, threshold: 1000, enabled: false },
        ],
      },
      { stack: "us", accounts: [{ accountId: id("b"), amount: 5000, threshold: 1000, enabled: true }] },
    ]);
  });

  it.each([
    [[row("eu", "a"), row("us", "a")], "Rows 1 and 2 are the same account"],
    [[row("eu", "a"), { ...row("eu", "b"), accountId: "b" }], "Row 2: 'accountId'"],
    [[row("e/u", "a")], "Row 1: 'stack'"],
    [[row("eu", "a", { amountUsd: "50" })], "Row 1: 'amountUsd'"],
    [[row("eu", "a", { enabled: "no" })], "Row 1: 'enabled'"],
    [[null], "Row 1"],
  ])("refuses %j", (rows, reason) => {
    expect(() => table(...rows)).toThrow(reason);
  });
});

describe("an account that leaves the table", () => {
  const [group] = table(row("eu", "a"));
  const urn = "urn:pulumi:eu::auto-topup-fleet::pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig::x";
  const deployment = { resources: ["a", "b", "c"].map((letter) => ({ urn, id: id(letter) })) };
  const remove =
    (...letters: string[]) =>
    () =>
      group && refuseRemoval(group, deployment, letters.map(id));

  it("is named, and keeps its stack from being applied", () => {
    expect(remove()).toThrow(`accounts that the table does not name: ${id("b")}, ${id("c")}.`);
    expect(remove("b")).toThrow(`add --remove ${id("c")}.`);
  });

  it("goes if the command line names it", () => {
    expect(remove("b", "c")).not.toThrow();
  });

  it("is none in a stack that is new", () => {
    expect(() => group && refuseRemoval(group, {}, [])).not.toThrow();
  });
});

it.each([
  [{}, true],
  [{ resources: null }, true],
  [{ resources: [] }, true],
  [{ resources: [{ urn: "urn:pulumi:eu::p::pulumi:pulumi:Stack::p-eu" }] }, false],
])("the watch takes a stack with the deployment %j for one that is not applied yet: %j", (deployment, empty) => {
  expect(isEmpty(deployment)).toBe(empty);
});

describe("a run", () => {
  let folder: string;
  let lines: string[];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "fleet-"));
    lines = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = () => path.join(folder, "progress.json");
  const run = (groups: readonly Group[], apply: Apply, more: Partial<FleetOptions> = {}) =>
    runFleet(groups, { parallel: 2, journal: new Journal(file()), apply, print: (line) => lines.push(line), ...more });
  const many = () => table(..."abcdef".split("").map((letter) => row(`stack-${letter}`, letter)));

  it("never has more stacks under way than it may, and comes to all of them", async () => {
    let under = 0;
    let most = 0;
    const applied: string[] = [];
    const outcomes = await run(many(), async ({ stack }) => {
      most = Math.max(most, ++under);
      await new Promise((done) => setImmediate(done));
      applied.push(stack);
      under -= 1;
      return new Map();
    });
    expect(most).toBe(2);
    expect(new Set(applied).size).toBe(6);
    expect(outcomes.map(({ accountId }) => accountId)).toEqual("abcdef".split("").map(id));
  });

  it("prints a line for each account, counted, with what happened to it", async () => {
    const groups = table(row("eu", "a"), row("eu", "b"));
    await run(groups, async () => new Map([[id("a"), "created" as const]]));
    expect(lines).toEqual([`[1/2] eu ${id("a")}: created`, `[2/2] eu ${id("b")}: unchanged`]);
  });

  it("goes on with the others where a stack fails, and says why in one line", async () => {
    const outcomes = await run(many(), async ({ stack }) => {
      if (stack === "stack-b") throw new Error("code: 255\n  error: 403 setting auto top-up\n error: update failed\n");
      return new Map();
    });
    expect(outcomes.filter(({ result }) => result === "failed").map(({ stack }) => stack)).toEqual(["stack-b"]);
    expect(lines.filter((line) => line.endsWith("failed: error: 403 setting auto top-up"))).toHaveLength(1);
  });

  it("keeps every line of the message, in one line", async () => {
    const printed = `code: 255
stdout: Updating (eu):
 +  pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig ${id("b")} **creating failed** 1 error
Diagnostics:
  pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig (${id("b")}):
    error: Account ${id("b")} already has auto top-up set.
      remote: amount 9000 cents ($90.00)
    Set 'adopt: true' once.
  pulumi:pulumi:Stack (fleet-eu):
    error: update failed

Resources:
    + 1 created
`;
    await run(table(row("eu", "b")), async () => {
      throw new Error(printed);
    });
    expect(lines).toEqual([
      `[1/1] eu ${id("b")}: failed: error: Account ${id("b")} already has auto top-up set. ` +
        "remote: amount 9000 cents ($90.00) Set 'adopt: true' once.",
    ]);
  });

  it("does only what is left after an interruption, and all of it the time after", async () => {
    const interrupt = new AbortController();
    const started: string[] = [];
    const apply: Apply = async ({ stack }) => {
      started.push(stack);
      if (started.length === 3) interrupt.abort();
      return new Map();
    };
    const first = await run(many(), apply, { parallel: 1, signal: interrupt.signal });
    expect(first.filter(({ result }) => result === "not started")).toHaveLength(3);
    expect(started).toHaveLength(3);
    const second = await run(many(), apply);
    expect(second.filter(({ result }) => result === "done before")).toHaveLength(3);
    expect(new Set(started).size).toBe(6);
    expect(started).toHaveLength(6);
    expect(existsSync(file())).toBe(false);
    await run(many(), apply);
    expect(started).toHaveLength(12);
  });

  it("applies again after a failure only what failed or was changed in the table", async () => {
    const groups = table(row("eu", "a"), row("us", "b"), row("asia", "c"));
    await run(groups, async ({ stack }) => {
      if (stack === "us") throw new Error("error: no");
      return new Map();
    });
    const applied: string[] = [];
    await run(table(row("eu", "a", { amountUsd: 60 }), row("us", "b"), row("asia", "c")), async ({ stack }) => {
      applied.push(stack);
      return new Map();
    });
    expect(applied.sort()).toEqual(["eu", "us"]);
  });

  it("ends with a table of the stacks", async () => {
    const outcomes = await run(table(row("eu", "a"), row("eu", "b"), row("us", "c")), async ({ stack }) => {
      if (stack === "us") throw new Error("no");
      return new Map([[id("a"), "created" as const]]);
    });
    expect(summaryOf(outcomes).split("\n")).toEqual([
      "stack  created  unchanged  failed",
      "eu     1        1          0",
      "us     0        0          1",
      "all    1        1          1",
    ]);
  });
});
