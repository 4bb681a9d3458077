// What the limits let through, and with which exit code they stop a pipeline.
import { describe, expect, it } from "@jest/globals";
import { EXIT } from "../../provider/review/findings";
import { ACCOUNT, fixture, gate, judge, planOf, recorded, review, reviewOfText, sentences } from "./fixture";

describe("the gate", () => {
  const all = { failOnChange: true, failOnDelete: true, maxIncrease: 0, maxIncreasePercent: 0 };
  it.each([
    ["lets through what it was not asked to stop", {}, 0, "create both delete replace secretUpdate refreshDrift"],
    ["always stops a preview that failed", {}, EXIT.failed, "refused programError protectedDelete policy"],
    ["stops any change", { failOnChange: true }, EXIT.change, "create amount switchedOff delete retain rename"],
    ["stops any drift", { failOnChange: true }, EXIT.change, "unknownUpdate refreshDrift refreshGone"],
    ["takes for no change what is none", all, 0, "same refreshSame renameAlias"],
    ["counts from nothing", { maxIncreasePercent: 1e6 }, EXIT.increase, "create switchedOn refreshGone replace"],
    ["lets such a rise through up to the limit", { maxIncrease: 3000 }, 0, "create switchedOn refreshGone replace"],
    ["counts from the remote values, not from what the state held", { maxIncrease: 0 }, 0, "refreshDriftAndChange"],
    ["lets a decrease through", { ...all, failOnChange: false, failOnDelete: false }, 0, "switchedOff createOff"],
    ["stops what switches an account off", { failOnDelete: true }, EXIT.delete, "delete switchedOff replace several"],
    [
      "lets what stays on through",
      { failOnDelete: true },
      0,
      "rename renameAlias deleteOff retain refreshGone createOff",
    ],
  ] as const)("%s: with %j it ends with %d for %s", (_, limits, exitCode, names) => {
    for (const name of names.split(" ")) expect([name, gate(name, limits).exitCode]).toEqual([name, exitCode]);
  });

  const amount = "'amount' would rise by $30.00, from $20.00 to $50.00; the limit is";
  const threshold = "'threshold' would rise by $5.00, from $10.00 to $15.00; the limit is";
  it.each([
    ["amount", { maxIncrease: 3000 }, { maxIncrease: 2999 }, `${amount} $29.99`],
    ["amount", { maxIncreasePercent: 150 }, { maxIncreasePercent: 149.99 }, `${amount} 149.99 %`],
    ["threshold", { maxIncrease: 500 }, { maxIncrease: 499 }, `${threshold} $4.99`],
  ])("stops an increase of '%s' above the limit, and not one of exactly %j", (name, limit, lower, message) => {
    expect(gate(name, limit).exitCode).toBe(0);
    expect(gate(name, lower)).toEqual({ exitCode: EXIT.increase, messages: [`account ${ACCOUNT}: ${message}`] });
  });

  it.each(["unknownUpdate", "unknownCreate", "secretCreate", "secretUpdate"])(
    "stops what it cannot judge: %s",
    (name) => {
      const message = `account ${ACCOUNT}: the plan does not show 'amount', so its increase cannot be judged`;
      expect(gate(name, { maxIncrease: 1_000_000 })).toEqual({ exitCode: EXIT.increase, messages: [message] });
    },
  );

  // The provider never hears of what '--target' leaves out, and then nothing keeps it from deleting.
  it("does not rely on a resource that stays the same to keep the account on", () => {
    const { exitCode, messages } = gate("targetedDelete", { failOnDelete: true });
    expect([exitCode, messages]).toEqual([EXIT.delete, [expect.stringContaining("without '--target' or '--exclude'")]]);
    expect(sentences(review("targetedDelete")).join()).not.toContain("not interrupted");
  });

  it("does not call an account switched off that another resource takes over in the same plan", () => {
    const swap = recorded("swap.dynamic", 1);
    expect(reviewOfText(swap).changes).toHaveLength(2);
    expect(judge(swap, { failOnDelete: true, maxIncrease: 0 })).toMatchObject({ exitCode: 0, messages: [] });
  });

  describe("of a move from the dynamic provider to the plugin", () => {
    const DYNAMIC = "pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig";
    const guard = (heir: string, alias: string) =>
      `account ${ACCOUNT}: the plan deletes ai-gateway-credits of the dynamic provider, while ${heir} of the plugin declares the same account; ` +
      "only the provider's own guard keeps auto top-up on, in a run with both at this version. To delete nothing, give " +
      `${heir} the alias { ${alias}type: ${DYNAMIC} }`;

    it.each([
      ["moveWithoutAlias", "ai-gateway-credits", ""],
      ["moveRenamed", "credits", "name: ai-gateway-credits, "],
    ])("without an alias stops it, and names the alias: %s", (name, heir, alias) => {
      const messages = [guard(heir, alias)];
      expect(gate(name, { failOnDelete: true })).toEqual({ exitCode: EXIT.delete, messages });
      expect(sentences(review(name))).toEqual([
        expect.stringContaining("charge $20.00 (unchanged)"),
        messages[0]?.replace("account ", ""),
      ]);
      expect(gate(name, { maxIncrease: 0 }).messages).toEqual([]);
    });

    it("with 'retainOnDelete' lets it through, since nothing is deleted at Cloudflare", () => {
      expect(review("moveRetained").changes.map(({ kind }) => kind)).toEqual(["move"]);
      expect(gate("moveRetained", { failOnDelete: true })).toEqual({ exitCode: 0, messages: [] });
    });
  });

  it.each([
    ["equal values", 2000],
    ["other values", 5000],
  ])("always stops two resources for one account, with %s, and names both", (_, amount) => {
    const second = fixture("create.json").replaceAll('::ai-gateway-credits"', '::second"');
    const plan = planOf("create");
    const [, create] = JSON.parse(second.replace('"amount": 2000', `"amount": ${amount}`)).steps;
    plan.steps.push(create);
    expect(judge(plan)).toMatchObject({
      exitCode: EXIT.failed,
      messages: [`account ${ACCOUNT} is declared by ai-gateway-credits and second: keep one of them`],
    });
  });

  it("ends with the most serious code, and names every reason", () => {
    const { exitCode, messages } = gate("several", all);
    expect(exitCode).toBe(EXIT.delete);
    expect(messages).toHaveLength(4);
    expect(gate("protectedDelete", all).exitCode).toBe(EXIT.failed);
    expect(gate("amount", all).exitCode).toBe(EXIT.increase);
  });

  it("has exit codes of its own, and leaves 7 to Pulumi", () => {
    const codes = Object.values(EXIT);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).not.toContain(7);
  });
});
