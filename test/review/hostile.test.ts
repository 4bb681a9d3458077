// Odd, cut-off, crafted and very large previews: nothing that is not known passes for healthy, and text from elsewhere stays text.
import { describe, expect, it } from "@jest/globals";
import { InputError } from "../../provider/command/readInput";
import { plain, quoteMarkdown } from "../../provider/command/safeText";
import { EXIT, exitCodeOf, findingsOf } from "../../provider/review/findings";
import { readPast } from "../../provider/review/past";
import { readPreview } from "../../provider/review/preview";
import { asMarkdown, asText } from "../../provider/review/printReview";
import { readOptions } from "../../provider/review/reviewOptions";
import { ACCOUNT, fixture, gate, judge, NO_LIMITS, OTHER, planOf, reviewOfText } from "./fixture";

const AS_OF = "2026-11-25T12:00:00Z";
const reviewed = (preview: object) => reviewOfText(JSON.stringify(preview));

describe("what a plan does not show", () => {
  it.each(["unknownEnabled", "secretEnabled"])("stops --fail-on-delete if it is 'enabled': %s", (name) => {
    const { exitCode, said } = judge(planOf(name), { failOnDelete: true });
    expect(exitCode).toBe(EXIT.delete);
    expect(said.join("\n")).toMatch(/whether it is on is .*; if so: charge \$20\.00/);
  });

  it("is no healthy past: a limit that was not judged, and totals that are odd", () => {
    const file = (account: object, findings: object[] = []) =>
      readPast(
        JSON.stringify({ format: 1, asOf: AS_OF, isJudged: true, accounts: [account], findings }),
        Date.parse(AS_OF),
        0,
      );
    const total = { charges: 3, amounts: { usd: 6000 }, isAtLeast: false, lacksSums: false };
    const judged = (past: ReturnType<typeof readPast>) => gate("amount", { failOnCharges: true }, past);
    const account = { accountId: ACCOUNT, totals: { "30d": total } };
    expect(judged(file(account)).messages).toEqual([]);
    const unknown = { kind: "unknown", about: "charges", accountId: ACCOUNT, message: "there may be more" };
    expect(judged(file(account, [unknown])).messages).toEqual([`account ${ACCOUNT}: 'there may be more'`]);
    expect(judged(file(account, [{ ...unknown, accountId: OTHER }])).messages).toEqual([]);
    for (const odd of [{ charges: -1 }, { charges: "3" }, { amounts: null }, { amounts: { usd: "6000" } }]) {
      const strange = { accountId: ACCOUNT, totals: { "30d": { ...total, ...odd } } };
      expect(judged(file(strange)).exitCode).toBe(EXIT.charges);
    }
  });
});

describe("input that is no single preview", () => {
  it.each([
    ["nothing", "", "failed before it made a plan"],
    ["the CLI's own text", "Previewing update (dev)", "not one JSON document"],
    ["another kind of JSON", "[]", "not one JSON document"],
    ["another document", '{"name": "a package"}', "other fields than"],
    ["a document that is cut off", fixture("amount.json").slice(0, 900), ""],
    ["the documents of two stacks", fixture("amount.json") + fixture("delete.json"), "not one JSON document"],
    ["a cut off stream of events", fixture("amount.events.ndjson").slice(0, 900), ""],
    ["steps that are no list", '{"steps": {}, "duration": 1}', "other fields than"],
    ["a step that is no object", '{"steps": [null], "duration": 1}', "other fields than"],
    ["a stack's state", '{"version": 3, "deployment": {"secrets": "s3cret"}}', "other fields than"],
  ])("is refused, and not repeated: %s", (_, text, reason) => {
    expect(() => readPreview(text)).toThrow(InputError);
    expect(() => readPreview(text)).toThrow(/^Expected the output of 'pulumi preview --json'(?!.*s3cret)/);
    expect(() => readPreview(text)).toThrow(reason);
  });

  it.each(["--max-increase-usd", "--max-increase-percent"])("goes for a number that is too large: %s", (name) => {
    expect(() => readOptions([name, "9".repeat(30)])).toThrow(`'${name}' must be a number`);
  });
});

describe("text from elsewhere", () => {
  it("ends no table cell, with or without a backslash", () => {
    // GitHub reads `\\` in a table row as one character, so that a pipe behind it would end the cell.
    const cells = quoteMarkdown("a\\|b|c\\\\|d").match(/(\\[\\|]|[^|])+/g);
    expect(cells).toHaveLength(1);
  });

  it("starts no command of a CI system, wherever in a line it stands", () => {
    expect(plain("x ##[set-output name=a;]b ##vso[task.setvariable]c")).not.toMatch(/##\w*\[/);
    expect(plain("issue ##12")).toBe("issue ##12");
  });

  it("is named as the resource that failed, whichever it is", () => {
    const preview = planOf("refused");
    const urn = "urn:pulumi:production::p::cloudflare:index/zone:Zone::my-zone";
    preview.diagnostics = [{ urn, message: "property name value {s3cret} has a problem: it is taken", ...SEVERE }];
    expect(asText(reviewed(preview), [])).toContain("the preview failed: my-zone is refused: it is taken\n");
    expect(asText(reviewed(preview), [])).not.toContain("s3cret");
  });
});
const SEVERE = { severity: "error" };

it("a thousand accounts among ten thousand resources fit into one comment that says how many it leaves out", () => {
  const preview = planOf("create");
  const [stack, create] = preview.steps;
  const state = { custom: true, type: "a:b:C" };
  const id = (index: number) => index.toString(16).padStart(32, "0");
  const renamed = (step: object, name: string, account: string) =>
    JSON.parse(JSON.stringify(step).replaceAll('::ai-gateway-credits"', `::${name}"`).replaceAll(ACCOUNT, account));
  const ours = Array.from({ length: 1000 }, (_, index) => renamed(create ?? {}, `account-${index}`, id(index)));
  const others = Array.from({ length: 10_000 }, (_, index) => ({
    op: "create",
    urn: `urn:pulumi:production::ai-gateway-credits::a:b:C::${index}`,
    newState: state,
  }));
  const text = JSON.stringify({ ...preview, steps: [stack, ...others, ...ours] });

  const review = reviewOfText(text);
  const findings = findingsOf(review, { ...NO_LIMITS, maxIncrease: 0, requireSpendLimit: true }, quoteMarkdown);
  const markdown = asMarkdown(review, findings, "");
  expect(markdown.length).toBeLessThan(65_536);
  expect(markdown).toContain("and 1900 more, which the text format lists");
  expect(asText(review, findings).match(/switched ON/g)).toHaveLength(1000);
  expect(exitCodeOf(findings)).toBe(EXIT.unbounded);
});
