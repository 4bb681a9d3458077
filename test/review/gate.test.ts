// What the limits let through, and with which exit code they stop a pipeline.
import { describe, expect, it } from "@jest/globals";
import { quoteText } from "../../provider/command/print";
import { EXIT, exitCodeOf, findingsOf, type Limits } from "../../provider/review/gate";
import { readPreview } from "../../provider/review/preview";
import { reviewOf } from "../../provider/review/review";
import { ACCOUNT, fixture, NO_LIMITS, review, sentences } from "./fixture";

function gate(name: string, limits: Partial<Limits>) {
  const findings = findingsOf(review(name), { ...NO_LIMITS, ...limits }, quoteText);
  return { exitCode: exitCodeOf(findings), messages: findings.map(({ message }) => message) };
}

describe("the gate", () => {
  it("lets everything through that it was not asked to stop", () => {
    for (const name of ["create", "both", "delete", "replace", "several", "secretUpdate", "refreshDrift", "same"]) {
      expect(gate(name, {})).toEqual({ exitCode: 0, messages: [] });
    }
  });

  it("always stops a preview that failed", () => {
    for (const name of ["refused", "refusedCreate", "programError", "protectedDelete"]) {
      expect(gate(name, {}).exitCode).toBe(EXIT.failed);
    }
  });

  it.each([
    "create",
    "amount",
    "switchedOff",
    "delete",
    "retain",
    "rename",
    "unknownUpdate",
    "refreshDrift",
    "refreshGone",
  ])("stops any change if asked to: %s", (name) =>
    expect(gate(name, { failOnChange: true }).exitCode).toBe(EXIT.change),
  );

  it.each(["same", "showSames", "refreshSame", "renameAlias"])("takes '%s' for no change", (name) =>
    expect(gate(name, { failOnChange: true, failOnDelete: true, maxIncrease: 0, maxIncreasePercent: 0 }).exitCode).toBe(
      0,
    ),
  );

  it("stops an increase above the given amount, and not one of exactly that amount", () => {
    expect(gate("amount", { maxIncrease: 3000 }).exitCode).toBe(0);
    expect(gate("amount", { maxIncrease: 2999 })).toEqual({
      exitCode: EXIT.increase,
      messages: [`account ${ACCOUNT}: 'amount' would rise by $30.00, from $20.00 to $50.00; the limit is $29.99`],
    });
  });

  it("stops an increase above the given share, and not one of exactly that share", () => {
    expect(gate("amount", { maxIncreasePercent: 150 }).exitCode).toBe(0);
    expect(gate("amount", { maxIncreasePercent: 149.99 }).messages).toEqual([
      `account ${ACCOUNT}: 'amount' would rise by $30.00, from $20.00 to $50.00; the limit is 149.99 %`,
    ]);
  });

  it("counts the threshold too", () => {
    expect(gate("threshold", { maxIncrease: 499 }).messages).toEqual([
      `account ${ACCOUNT}: 'threshold' would rise by $5.00, from $10.00 to $15.00; the limit is $4.99`,
    ]);
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
      const { exitCode, messages } = gate(name, { maxIncrease: 1_000_000 });
      expect(exitCode).toBe(EXIT.increase);
      expect(messages).toEqual([
        `account ${ACCOUNT}: the plan does not show 'amount', so its increase cannot be judged`,
      ]);
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

  it("does not call an account switched off that another resource takes over in the same plan", () => {
    const swapped = fixture("replace.json");
    const plan = JSON.parse(swapped) as { steps: { op: string; urn: string }[] };
    const other = JSON.parse(
      swapped
        .replaceAll('::ai-gateway-credits"', '::second"')
        .replaceAll("fedcba9876543210fedcba9876543210", "x")
        .replaceAll(ACCOUNT, "fedcba9876543210fedcba9876543210")
        .replaceAll('"x"', `"${ACCOUNT}"`),
    ) as typeof plan;
    plan.steps.push(...other.steps.filter(({ op }) => op === "replace"));
    const swap = reviewOf(readPreview(JSON.stringify(plan)));
    expect(swap.changes).toHaveLength(2);
    expect(findingsOf(swap, { ...NO_LIMITS, failOnDelete: true }, quoteText)).toEqual([]);
  });

  describe("of a move from the dynamic provider to the plugin", () => {
    const DYNAMIC = "pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig";
    const PLUGIN = "cloudflare-ai-gateway-billing:index:AutoTopupConfig";
    const moved = (json: string) => {
      const plan = JSON.parse(json) as { steps: object[] };
      const steps = plan.steps.map((step) =>
        JSON.stringify(step).includes('"op":"create"')
          ? JSON.parse(JSON.stringify(step).replaceAll(DYNAMIC, PLUGIN))
          : step,
      );
      return reviewOf(readPreview(JSON.stringify({ ...plan, steps })));
    };

    it("without an alias stops it as the CLI previews it, with the same name", () => {
      const found = gate("moveWithoutAlias", { failOnDelete: true });
      expect(found).toEqual({
        exitCode: EXIT.delete,
        messages: [
          `account ${ACCOUNT}: the plan deletes ai-gateway-credits, and only the provider's own guard keeps auto top-up on: ` +
            `give ai-gateway-credits the alias { type: ${DYNAMIC} }`,
        ],
      });
      expect(gate("moveWithoutAlias", { maxIncrease: 0 }).messages).toEqual([]);
    });

    it("without an alias stops what would switch the account off, and names the alias", () => {
      const plan = moved(fixture("rename.json"));
      const found = findingsOf(plan, { ...NO_LIMITS, failOnDelete: true }, quoteText);
      const alias = `give credits the alias { name: ai-gateway-credits, type: ${DYNAMIC} }`;
      expect(found).toEqual([{ kind: "delete", message: expect.stringMatching(`auto top-up on: ${alias}$`) }]);
      expect(sentences(plan)).toEqual([
        `${ACCOUNT}: charge $20.00 (unchanged) whenever the balance falls below $10.00 (unchanged)`,
        `${ACCOUNT}: the plan deletes ai-gateway-credits of the dynamic provider, while credits of the plugin declares the same account. ` +
          "That delete switches auto top-up off unless the provider's own guard skips it, which works only in a run with both providers at " +
          `this version. To delete nothing, ${alias}`,
      ]);
    });

    it("with 'retainOnDelete' lets it through, since nothing is deleted at Cloudflare", () => {
      const review = moved(fixture("rename.json").replace('"id":', '"retainOnDelete": true, "id":'));
      expect(review.changes.map(({ kind }) => kind)).toEqual(["move"]);
      expect(findingsOf(review, { ...NO_LIMITS, failOnDelete: true }, quoteText)).toEqual([]);
    });
  });

  it.each([
    ["equal values", (plan: string) => plan],
    ["other values", (plan: string) => plan.replace('"amount": 2000', '"amount": 5000')],
  ])("always stops two resources for one account, with %s, and names both", (_, change) => {
    const plan = JSON.parse(fixture("create.json")) as { steps: unknown[] };
    const second = change(fixture("create.json").replaceAll('::ai-gateway-credits"', '::second"'));
    plan.steps.push(...(JSON.parse(second) as typeof plan).steps);
    const found = findingsOf(reviewOf(readPreview(JSON.stringify(plan))), NO_LIMITS, quoteText);
    expect(found).toEqual([
      { kind: "failed", message: `account ${ACCOUNT} is declared by ai-gateway-credits and second: keep one of them` },
    ]);
    expect(exitCodeOf(found)).toBe(EXIT.failed);
  });

  it("takes a new resource beside an unchanged one of the same account for two, and of two providers as well", () => {
    const plan = JSON.parse(fixture("showSames.json")) as { steps: unknown[] };
    const plugin = fixture("create.json").replaceAll(
      "pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing",
      "cloudflare-ai-gateway-billing:index",
    );
    plan.steps.push(...(JSON.parse(plugin) as typeof plan).steps);
    const [found] = findingsOf(reviewOf(readPreview(JSON.stringify(plan))), NO_LIMITS, quoteText);
    expect(found?.message).toMatch(
      / is declared by urn:\S+dynamic\S+ and urn:\S+index:AutoTopupConfig::ai-gateway-credits: keep one/,
    );
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
