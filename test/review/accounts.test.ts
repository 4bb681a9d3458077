// What the review says of each account where one resource stands for several, or none: after interrupted replacements, with the options that keep
// a delete from Cloudflare, with imports, and where a program plays tricks with types.
import { describe, expect, it } from "@jest/globals";
import { EXIT } from "../../provider/review/findings";
import { ACCOUNT, fixture, judge, planOf, recorded } from "./fixture";

const [A, B] = ["a".repeat(32), "b".repeat(32)];
const below = "whenever the balance falls below $5.00";
const OFF = "auto top-up is switched OFF: requests will fail once the credits are used up";

describe("after a replacement that was interrupted", () => {
  it.each([3, 6])("a leftover is told from the live resource, drift included: preview %d", (index) => {
    const { said, exitCode } = judge(recorded("interrupted-replacement.dynamic", index), { failOnDelete: true });
    const now = index === 6 ? "$77.00" : "$20.00";
    const drift = `${A}: changed outside Pulumi: now charge $77.00 ${below}; the stack had: charge $20.00 ${below}`;
    expect(said).toEqual([
      ...(index === 6 ? [drift] : []),
      `${A}: ${OFF} (until now: charge ${now} ${below}; an interrupted replacement left it over)`,
    ]);
    expect(exitCode).toBe(EXIT.delete);
  });

  it.each([
    ["interrupted-replacement.dynamic", 2],
    ["interrupted-replacement-destroy.plugin", 2],
  ])("a leftover whose delete is not listed is not passed over: %s %d", (sequence, index) => {
    expect(judge(recorded(sequence, index))).toMatchObject({
      exitCode: EXIT.failed,
      messages: [expect.stringMatching(/left over of resource main; run 'topup-review --run'/)],
    });
  });

  it("going back to the old account says that only the provider's guard keeps it on", () => {
    const { said, exitCode } = judge(recorded("interrupted-replacement-revert.plugin", 1), { failOnDelete: true });
    expect(said).toEqual([
      `${A}: charge $20.00 (unchanged) ${below} (unchanged)`,
      `${B}: ${OFF} (until now: charge $25.00 ${below})`,
      expect.stringContaining(`${A}: the plan deletes what an interrupted replacement left over of main`),
    ]);
    expect(exitCode).toBe(EXIT.delete);
  });

  it.each([
    ["going on", 1, B],
    ["going back", 3, A],
  ])("that deleted first, the account is off, and %s is a rise from $0.00", (_, index, account) => {
    const { said, exitCode, messages } = judge(recorded("interrupted-delete-first.dynamic", index), { maxIncrease: 0 });
    expect(said).toContain(`${account}: auto top-up is switched ON: charge $20.00 ${below}`);
    expect(said).toContain(`${A}: a replacement that was interrupted earlier has switched auto top-up OFF already`);
    expect([exitCode, messages[0]]).toEqual([EXIT.increase, expect.stringContaining("from $0.00 to $20.00")]);
  });
});

describe("a resource that leaves the stack and goes on charging", () => {
  it.each([
    ["deleted-with.dynamic", 0],
    ["deleted-with.plugin", 0],
  ])("with 'deletedWith' is said to stay ON, no longer managed: %s", (sequence, index) => {
    const plan = recorded(sequence, index);
    const stays = `${A}: auto top-up stays ON, no longer managed by this stack ('deletedWith': the engine deletes it from the state alone)`;
    expect(judge(plan).said).toContain(`${stays}: charge $20.00 ${below}`);
    const { messages, exitCode } = judge(plan, { requireSpendLimit: true });
    expect([exitCode, messages]).toEqual([EXIT.unbounded, [`account ${A}: no spend limit in this stack`]]);
    expect(judge(plan, { failOnDelete: true }).messages).toEqual([expect.stringContaining(`account ${B}`)]);
  });

  it("is deleted as ever if what it is 'deletedWith' stays", () => {
    const plan = JSON.parse(recorded("deleted-with.dynamic", 0));
    plan.steps = plan.steps.filter(({ urn }: { urn: string }) => !urn.endsWith("::x"));
    plan.changeSummary.delete = 1;
    expect(judge(plan, { failOnDelete: true })).toMatchObject({
      exitCode: EXIT.delete,
      said: [expect.stringContaining(OFF)],
    });
  });

  it("because it is only read from now on, or has 'retainOnDelete', is a change", () => {
    for (const [plan, why] of [
      [fixture("managedToRead.json"), ", which only reads it from now on"],
      [recorded("retain-on-delete.dynamic", 1), " ('retainOnDelete')"],
    ] as const) {
      expect(judge(plan).said.join()).toContain(`auto top-up stays ON, no longer managed by this stack${why}: `);
      expect(judge(plan, { failOnDelete: true }).exitCode).toBe(0);
      expect(judge(plan, { failOnChange: true }).exitCode).toBe(EXIT.change);
    }
  });
});

describe("an import", () => {
  it("with other values is one change: imported, then set, from the remote values", () => {
    const { said, messages } = judge(recorded("import-option.plugin", 5), { maxIncrease: 0 });
    expect(said).toEqual([
      `${B}: imported into the stack, then set: charge $90.00 instead of $40.00 ${below} (unchanged)`,
    ]);
    expect(messages).toEqual([
      `account ${B}: 'amount' would rise by $50.00, from $40.00 to $90.00; the limit is $0.00`,
    ]);
  });

  it("that the preview could not read yet is judged by no limit", () => {
    const { messages } = judge(recorded("import-option.plugin", 0), { maxIncrease: 1_000_000 });
    expect(messages[0]).toContain("does not show 'amount', so its increase cannot be judged");
  });
});

it.each([
  ["what was managed and is read from now on, of another account", "managedToReadOther", `${ACCOUNT}: ${OFF}`],
  [
    "what is gone and is no longer declared",
    "refreshGoneUndeclared",
    `${ACCOUNT}: changed outside Pulumi: now it is switched OFF; the stack had: charge $20.00`,
  ],
])("the review says what happens to %s", (_, name, said) => {
  const { said: sentences, exitCode } = judge(planOf(name), { failOnChange: true });
  expect([exitCode, sentences]).toEqual([EXIT.change, [expect.stringContaining(said)]]);
});

it("drift that 'ignoreChanges' leaves as it is, is shown", () => {
  const { said, exitCode } = judge(recorded("ignore-changes.dynamic", 0), { failOnChange: true });
  expect(exitCode).toBe(EXIT.change);
  expect(said).toEqual([
    expect.stringContaining("changed outside Pulumi: now charge $99.00"),
    expect.stringContaining("'pulumi up' leaves it so: the resource ignores changes of amount"),
  ]);
});

describe("a gate", () => {
  const onDelete = { failOnDelete: true };
  const foreign = "'__provider' is not the line that";
  it.each([
    [
      "stops a 'get' of another account that takes the place",
      planOf("managedToReadOther"),
      onDelete,
      EXIT.delete,
      "off",
    ],
    ["counts what was read from nothing", planOf("readToManaged"), { maxIncrease: 0 }, EXIT.increase, "from $0.00 to"],
    ["stops an import that replaces", recorded("import-option.plugin", 10), onDelete, EXIT.delete, "off"],
    ["stops a destroy with a refresh", recorded("destroy-refresh.dynamic", 2), onDelete, EXIT.delete, "off"],
    ["stops one with 'refresh: always'", planOf("destroyRefresh"), onDelete, EXIT.delete, "off"],
    ["takes no component for an heir", planOf("componentHeir"), onDelete, EXIT.delete, "off"],
    ["takes no component for a gateway", planOf("componentGateway"), { requireSpendLimit: true }, EXIT.unbounded, ""],
    ["judges our provider under another type", planOf("otherType"), { maxIncrease: 1 }, EXIT.increase, "to $900.00"],
    ["stops code of others in our resource", planOf("foreignCode"), {}, EXIT.failed, foreign],
    ["stops it elsewhere", planOf("foreignCodeElsewhere"), {}, EXIT.failed, foreign],
    ["stops it in the state", planOf("foreignState"), {}, EXIT.failed, foreign],
  ] as const)("%s", (_, plan, limits, code, words) => {
    const { exitCode, messages } = judge(plan, limits);
    expect([exitCode, messages[0]]).toEqual([code, expect.stringContaining(words)]);
  });

  it.each(["onlyRead", "readDropped", "otherDynamic"])("lets through what is none of ours to manage: %s", (name) => {
    expect(judge(planOf(name), { failOnChange: true })).toEqual({ exitCode: 0, messages: [], said: [] });
  });
});
