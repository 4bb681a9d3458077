// What the review says of each account where one resource stands for several, or none: after interrupted replacements, with the options that keep
// a delete from Cloudflare, with imports, and where a program plays tricks with types.
import { describe, expect, it } from "@jest/globals";
import { EXIT } from "../../provider/review/findings";
import { ACCOUNT, fixture, judge, OTHER, planOf, recorded, review } from "./fixture";

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

describe("a resource that is read with 'get'", () => {
  it.each(["onlyRead", "readDropped"])("is no change as long as it is only read: %s", (name) => {
    expect(judge(planOf(name), { failOnChange: true })).toEqual({ exitCode: 0, messages: [], said: [] });
  });

  it("of another account switches off the one that was managed", () => {
    const { said, exitCode } = judge(planOf("managedToReadOther"), { failOnDelete: true });
    expect([exitCode, said]).toEqual([EXIT.delete, [expect.stringContaining(`${ACCOUNT}: ${OFF}`)]]);
  });

  it("counts from nothing once it is managed", () => {
    expect(judge(planOf("readToManaged"), { maxIncrease: 0 }).messages[0]).toContain("from $0.00 to $50.00");
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
    expect(judge(recorded("import-option.plugin", 10), { failOnDelete: true }).exitCode).toBe(EXIT.delete);
  });

  it("that the preview could not read yet is judged by no limit", () => {
    const { messages } = judge(recorded("import-option.plugin", 0), { maxIncrease: 1_000_000 });
    expect(messages[0]).toContain("does not show 'amount', so its increase cannot be judged");
  });
});

describe("a refresh before the plan", () => {
  it("of a destroy hides no delete from --fail-on-delete", () => {
    expect(judge(recorded("destroy-refresh.dynamic", 2), { failOnDelete: true }).exitCode).toBe(EXIT.delete);
    expect(judge(planOf("destroyRefresh"), { failOnDelete: true }).exitCode).toBe(EXIT.delete);
  });

  it("says what it found gone, also if the program no longer declares it", () => {
    const found = `${ACCOUNT}: changed outside Pulumi: now it is switched OFF; the stack had: charge $20.00 whenever the balance falls below $10.00`;
    expect(judge(planOf("refreshGoneUndeclared"), { failOnChange: true })).toMatchObject({
      exitCode: EXIT.change,
      said: [found],
    });
  });

  it("shows drift that 'ignoreChanges' leaves as it is", () => {
    const { said, exitCode } = judge(recorded("ignore-changes.dynamic", 0), { failOnChange: true });
    expect(exitCode).toBe(EXIT.change);
    expect(said).toEqual([
      expect.stringContaining("changed outside Pulumi: now charge $99.00"),
      expect.stringContaining("'pulumi up' leaves it so: the resource ignores changes of amount"),
    ]);
  });
});

describe("a program that plays tricks", () => {
  it("with a component of our type gets no heir for an account that it switches off", () => {
    expect(judge(planOf("componentHeir"), { failOnDelete: true }).exitCode).toBe(EXIT.delete);
    expect(review("componentHeir").changes).toHaveLength(1);
  });

  it("with a component of the gateway's type gets no spend limit", () => {
    expect(judge(planOf("componentGateway"), { requireSpendLimit: true }).exitCode).toBe(EXIT.unbounded);
  });

  it("with our provider under another type is judged as ours", () => {
    const { messages } = judge(planOf("otherType"), { maxIncrease: 100 });
    expect(messages[0]).toContain("from $20.00 to $900.00");
  });

  it.each(["foreignCode", "foreignCodeElsewhere", "foreignState"])(
    "or a state with code that is not ours stops: %s",
    (name) => {
      const { exitCode, messages } = judge(planOf(name));
      expect([exitCode, messages[0]]).toEqual([
        EXIT.failed,
        expect.stringContaining("'__provider' is not the line that"),
      ]);
    },
  );

  it("with other dynamic resources is not stopped for their sake", () => {
    expect(judge(planOf("otherDynamic"), { failOnChange: true })).toEqual({ exitCode: 0, messages: [], said: [] });
    expect(judge(planOf("unknownAccount")).said.join()).not.toContain(OTHER);
  });
});
