// The same review as Markdown and as JSON, and what text from elsewhere can do in them: nothing.
import { describe, expect, it } from "@jest/globals";
import { quoteMarkdown } from "../../provider/command/safeText";
import { findingsOf } from "../../provider/review/findings";
import { asJson, asMarkdown, asText } from "../../provider/review/printReview";
import { ACCOUNT, fixture, NO_LIMITS, OTHER, review, reviewOfText } from "./fixture";

describe("Markdown", () => {
  it("opens with the marker, then names each account once, with all that happens to it", () => {
    expect(asMarkdown(review("amount"), [], "")).toBe(`<!-- topup-review -->

### Cloudflare AI Gateway auto top-up in stack \`production\`

#### Account \`${ACCOUNT}\`

- charge $50.00 instead of $20.00 whenever the balance falls below $10.00 (unchanged)
- the card pays $52.50 for each $50.00 of credits; no spend limit in this stack
`);
  });

  it.each([
    ["same", "", "<!-- topup-review -->", "\nNo changes.\n"],
    ["refused", "", "<!-- topup-review -->", ":x: The preview failed"],
    ["same", "eu-1", "<!-- topup-review eu-1 -->", "\nNo changes.\n"],
  ])(
    "has a marker, so that the old comment is replaced: of '%s' in a stack called '%s'",
    (name, stack, marker, said) => {
      const markdown = asMarkdown(review(name), [], stack);
      expect([markdown.split("\n")[0], markdown]).toEqual([marker, expect.stringContaining(said)]);
      expect(markdown.includes("No changes")).toBe(name === "same");
    },
  );

  it("shows what the limits do not allow", () => {
    const found = findingsOf(review("amount"), { ...NO_LIMITS, maxIncrease: 1000 }, quoteMarkdown);
    expect(asMarkdown(review("amount"), found, "")).toContain(
      `- :no_entry: Not allowed: account \`01234567...\`: 'amount' would rise by $30.00, from $20.00 to $50.00; the limit is $10.00`,
    );
  });

  it("shows accounts whose first digits are the same in full, and the sentences of one account together", () => {
    const twin = `${ACCOUNT.slice(0, 8)}${"f".repeat(24)}`;
    const replace = reviewOfText(fixture("replace.json").replaceAll(OTHER, twin));
    const found = findingsOf(replace, { ...NO_LIMITS, failOnDelete: true, maxIncrease: 0 }, quoteMarkdown);
    const markdown = asMarkdown(replace, found, "");
    expect(markdown.match(/^#### Account .*/gm)).toEqual([`#### Account \`${twin}\``, `#### Account \`${ACCOUNT}\``]);
    expect(markdown).not.toContain("...");
  });

  it("gives names and messages no way out of their code span", () => {
    const evil = "x` | <img src=y> @everyone\\n\\n# z";
    const plan = fixture("rename.json").replaceAll('::credits"', `::${evil}"`);
    const markdown = asMarkdown(reviewOfText(plan), [], "");
    expect(markdown).toContain("renamed to `x' \\| <img src=y> @everyone # z`;");
    expect(markdown.match(/^#.*/gm)).toHaveLength(2);
  });
});

describe("text", () => {
  it("keeps a message on its line, without control characters", () => {
    const message = "error: \\u001b[31mred\\n::set-output name=x::y";
    const plan = fixture("refused.json").replace(/"error: pulumi-nodejs[^\n]*cent[^\n]*"/, `"${message}"`);
    const lines = asText(reviewOfText(plan), []).split("\n");
    expect(lines).toContain("  the preview failed: ai-gateway-credits: [31mred ::set-output name=x::y");
    expect(lines.some((line) => line.startsWith("::"))).toBe(false);
  });

  it("prints the provider's warnings, and nobody else's", () => {
    const plan = JSON.parse(fixture("refreshSame.json")) as { diagnostics?: unknown[] };
    plan.diagnostics = [
      { severity: "warning", message: "warning: Auto top-up of account 01 is failing, last on 2026-11-01.\n" },
      { severity: "warning", message: "warning: something is deprecated\n" },
    ];
    const text = asText(reviewOfText(JSON.stringify(plan)), []);
    expect(text).toContain("  warning: Auto top-up of account 01 is failing, last on 2026-11-01.\n");
    expect(text).not.toContain("deprecated");
  });
});

describe("JSON", () => {
  it("holds the cents before and after, and the sentences", () => {
    expect(JSON.parse(asJson(review("amount"), []))).toMatchObject({
      format: 1,
      stack: "production",
      result: "changes",
      changes: [
        {
          kind: "update",
          resource: "ai-gateway-credits",
          switchesOff: false,
          before: { accountId: ACCOUNT, amount: 2000, threshold: 1000, enabled: true },
          after: { accountId: ACCOUNT, amount: 5000, threshold: 1000, enabled: true },
          sentences: [
            expect.stringMatching(`^account ${ACCOUNT}: charge \\$50\\.00 instead of \\$20\\.00 `),
            `account ${ACCOUNT}: the card pays $52.50 for each $50.00 of credits; no spend limit in this stack`,
          ],
          bound: { isBounded: false, text: "no spend limit in this stack" },
          charged: null,
        },
      ],
      failures: [],
      exitCode: 0,
    });
  });

  it("keeps secret and unknown apart from numbers", () => {
    expect(JSON.parse(asJson(review("secretUpdate"), [])).changes[0].after.amount).toEqual({ hidden: "secret" });
    expect(JSON.parse(asJson(review("unknownUpdate"), [])).changes[0].after.amount).toEqual({ hidden: "unknown" });
  });

  it.each([
    ["same", "no changes"],
    ["foreignState", "not understood"],
    ["refused", "failed"],
    ["delete", "changes"],
  ])("says of '%s' that the result is '%s'", (name, result) => {
    expect(JSON.parse(asJson(review(name), [])).result).toBe(result);
  });
});
