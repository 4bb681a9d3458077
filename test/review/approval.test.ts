// What is applied is what was approved: the review that --save writes, and what --approved lets through.
import { describe, expect, it } from "@jest/globals";
import { InputError } from "../../provider/command/readInput";
import { quoteMarkdown } from "../../provider/command/safeText";
import { approvalOf, readApproval } from "../../provider/review/approval";
import { EXIT, findingsOf } from "../../provider/review/findings";
import { asMarkdown } from "../../provider/review/printReview";
import { readOptions } from "../../provider/review/reviewOptions";
import { ACCOUNT, fixture, judge, NO_LIMITS, planOf, recorded, reviewOfText } from "./fixture";

const HOUR = 3_600_000;
const savedAt = Date.parse("2026-11-25T12:00:00Z");
const saved = (text: string) => approvalOf(reviewOfText(text), savedAt);
const compare = (approved: string, now: string, later = HOUR) =>
  judge(now, { approval: readApproval(approved, savedAt + later, 24 * HOUR) });

describe("an approved plan", () => {
  it.each(["amount", "switchedOff", "replace", "several", "refreshDriftAndChange", "rename", "same", "retain"])(
    "passes if the plan at hand does the very same: %s",
    (name) =>
      expect(compare(saved(fixture(`${name}.json`)), fixture(`${name}.json`))).toMatchObject({
        exitCode: 0,
        messages: [],
      }),
  );

  it("passes whatever the plan does with other resources, and stops nothing that a gate lets through", () => {
    const other = planOf("beside");
    other.steps = other.steps.filter(({ urn }) => !urn.endsWith("::thing"));
    other.changeSummary.create = 1;
    expect(compare(saved(fixture("beside.json")), JSON.stringify(other)).exitCode).toBe(0);
  });

  it("stops with both versions side by side if $90.00 was set in the dashboard meanwhile (promise 30)", () => {
    const [approved, drifted] = ["$100.00", "$90.00"].map(
      (sum) => `update from ${sum} below $10.00 to $50.00 below $10.00`,
    );
    const plan = fixture("refreshDriftAndChange.json");
    const now = plan.replaceAll('"amount": 10000', '"amount": 9000');
    const head = "the plan does not do what was approved on 2026-11-25T12:00:00.000Z; let the plan be approved again";
    expect(compare(saved(plan), now)).toMatchObject({
      exitCode: EXIT.approval,
      messages: [head, `account ${ACCOUNT}: approved '${approved}' | now '${drifted}'`],
    });
    const limits = { ...NO_LIMITS, approval: readApproval(saved(plan), savedAt, HOUR) };
    const markdown = asMarkdown(reviewOfText(now), findingsOf(reviewOfText(now), limits, quoteMarkdown), "");
    expect(markdown).toContain(`- :no_entry: Not allowed: ${head}

| account | approved | now |
| --- | --- | --- |
| \`01234567...\` | \`${approved}\` | \`${drifted}\` |
`);
  });

  it.each([
    ["another amount", "amount", '"amount": 5000', '"amount": 5001'],
    ["another threshold", "amount", '"threshold": 1000', '"threshold": 1001'],
    ["another account", "create", ACCOUNT, "f".repeat(32)],
    ["'adopt'", "create", '"adopt": false', '"adopt": true'],
    ["off and not on", "create", '"enabled": true', '"enabled": false'],
    ["a delete and not a release", "retain", '"retainOnDelete": true', '"retainOnDelete": false'],
  ])("does not cover %s", (_, name, from, to) => {
    const approved = fixture(`${name}.json`);
    expect(approved).toContain(from);
    expect(compare(saved(approved), approved.replaceAll(from, to)).exitCode).toBe(EXIT.approval);
    expect(compare(saved(approved.replaceAll(from, to)), approved).exitCode).toBe(EXIT.approval);
  });

  it("does not cover a leftover, an account that only one of the two has, or what the plan hides", () => {
    const [live, withLeftover] = [
      recorded("interrupted-replacement.dynamic", 0),
      recorded("interrupted-replacement.dynamic", 1),
    ];
    expect(compare(saved(live), withLeftover).messages[1]).toContain("approved nothing | now 'delete from $20.00");
    expect(compare(saved(withLeftover), live).exitCode).toBe(EXIT.approval);
    for (const name of ["secretUpdate", "unknownCreate", "unknownAccount"]) {
      const { exitCode, messages } = compare(saved(fixture(`${name}.json`)), fixture(`${name}.json`));
      expect([exitCode, messages[1]]).toEqual([EXIT.approval, expect.stringContaining("does not show")]);
    }
  });

  it("is refused if it is old, still to come, of another stack, or no approval", () => {
    const plan = fixture("amount.json");
    expect(compare(saved(plan), plan, 24 * HOUR).exitCode).toBe(0);
    expect(compare(saved(plan), plan, 24 * HOUR + 1).messages[0]).toContain("is too old (--max-age)");
    expect(compare(saved(plan), plan, -HOUR).messages[0]).toContain("still to come");
    const elsewhere = plan.replaceAll("urn:pulumi:production::", "urn:pulumi:dev::");
    expect(compare(saved(plan), elsewhere).messages[0]).toContain(
      "the approval is of stack production of project ai-gateway-credits",
    );
    expect(compare(saved(plan), plan.replaceAll("::ai-gateway-credits::", "::p::")).exitCode).toBe(EXIT.approval);
    for (const text of [
      "",
      "{}",
      plan,
      saved(plan).replace("approval 1", "approval 2"),
      saved(plan).replace("2026", "26"),
    ]) {
      expect(() => readApproval(text, savedAt, HOUR)).toThrow(InputError);
    }
  });

  it("is limited in age by --max-age, 24 hours by default", () => {
    expect(readOptions(["plan.json"]).maxAge).toBe(24 * HOUR);
    expect(readOptions(["plan.json", "--max-age", "90m"]).maxAge).toBe(1.5 * HOUR);
    expect(() => readOptions(["plan.json", "--max-age", "soon"])).toThrow("must be a number with m, h or d");
  });
});
