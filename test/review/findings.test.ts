// What the limits let through, and with which exit code they stop a pipeline.
import { describe, expect, it } from "@jest/globals";
import { EXIT } from "../../provider/review/findings";
import { ACCOUNT, fixture, gate, judge, planOf, recorded, review, reviewOfText, sentences } from "./fixture";

describe("the gate", () => {
  it("lets everything through that it was not asked to stop", () => {
    for (const name of ["create", "both", "delete", "replace", "several", "secretUpdate", "refreshDrift", "same"]) {
      expect(gate(name, {})).toEqual({ exitCode: 0, messages: [] });
    }
  });

  it("always stops a preview that failed", () => {
    for (const name of ["refused", "programError", "protectedDelete", "policy"]) {
      expect(gate(name, {}).exitCode).toBe(EXIT.failed);
    }
  });

  const changes = "create amount switchedOff delete retain rename unknownUpdate refreshDrift refreshGone";
  it.each(changes.split(" "))("stops any change if asked to: %s", (name) => {
    expect(gate(name, { failOnChange: true }).exitCode).toBe(EXIT.change);
  });

  it.each(["same", "refreshSame", "renameAlias"])("takes '%s' for no change", (name) => {
    const all = { failOnChange: true, failOnDelete: true, maxIncrease: 0, maxIncreasePercent: 0 };
    expect(gate(name, all).exitCode).toBe(0);
  });

  const amount = "'amount' would rise by $30.00, from $20.00 to $50.00";
  it.each([
    ["amount", { maxIncrease: 3000 }, { maxIncrease: 2999 }, `${amount}; the limit is $29.99`],
    ["amount", { maxIncreasePercent: 150 }, { maxIncreasePercent: 149.99 }, `${amount}; the limit is 149.99 %`],
    [
      "threshold",
      { maxIncrease: 500 },
      { maxIncrease: 499 },
      "'threshold' would rise by $5.00, from $10.00 to $15.00; the limit is $4.99",
    ],
  ])("stops an increase of '%s' above the limit, and not one of exactly %j", (name, limit, lower, message) => {
    expect(gate(name, limit).exitCode).toBe(0);
    expect(gate(name, lower)).toEqual({ exitCode: EXIT.increase, messages: [`account ${ACCOUNT}: ${message}`] });
  });

  it.each(["create", "switchedOn", "refreshGone", "replace"])("counts from nothing what is switched on: %s", (name) => {
    expect(gate(name, { maxIncreasePercent: 1_000_000 }).exitCode).toBe(EXIT.increase);
    expect(gate(name, { maxIncrease: 3000 }).exitCode).toBe(0);
  });

  it("counts an increase from the remote values, not from what the state held", () => {
    expect(gate("refreshDriftAndChange", { maxIncrease: 0 }).exitCode).toBe(0);
  });

  it.each(["unknownUpdate", "unknownCreate", "secretCreate", "secretUpdate"])(
    "stops what it cannot judge: %s",
    (name) => {
      const message = `account ${ACCOUNT}: the plan does not show 'amount', so its increase cannot be judged`;
      expect(gate(name, { maxIncrease: 1_000_000 })).toEqual({ exitCode: EXIT.increase, messages: [message] });
    },
  );

  it("lets a decrease and a declared OFF through", () => {
    expect(gate("createOff", { maxIncrease: 0, maxIncreasePercent: 0, failOnDelete: true }).exitCode).toBe(0);
    expect(gate("switchedOff", { maxIncrease: 0, maxIncreasePercent: 0 }).exitCode).toBe(0);
  });

  it.each(["delete", "switchedOff", "replace", "several"])("stops what switches an account off: %s", (name) => {
    expect(gate(name, { failOnDelete: true }).exitCode).toBe(EXIT.delete);
  });

  it.each(["rename", "renameAlias", "deleteOff", "retain", "refreshGone"])(
    "stops nothing that leaves it on or off: %s",
    (name) => {
      expect(gate(name, { failOnDelete: true }).exitCode).toBe(0);
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
    const all = { failOnChange: true, failOnDelete: true, maxIncrease: 0 };
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
