// Odd, cut-off, crafted and very large previews: nothing that is not known passes for healthy, and text from elsewhere stays text.
import { describe, expect, it } from "@jest/globals";
import { plain, quoteMarkdown, quoteText } from "../../provider/command/print";
import { InputError } from "../../provider/command/run";
import { EXIT, exitCodeOf, findingsOf, type Limits } from "../../provider/review/gate";
import { readOptions } from "../../provider/review/options";
import { readPast } from "../../provider/review/past";
import { readPreview } from "../../provider/review/preview";
import { asJson, asMarkdown, asText } from "../../provider/review/print";
import { reviewOf } from "../../provider/review/review";
import { ACCOUNT, fixture, NO_LIMITS, OTHER, sentences } from "./fixture";

interface Plan {
  steps: { op: string; urn: string; oldState?: Record<string, unknown>; newState?: Record<string, unknown> }[];
  changeSummary: Record<string, number>;
}
const plan = (name: string) => JSON.parse(fixture(`${name}.json`)) as Plan;
const reviewed = (preview: object) => reviewOf(readPreview(JSON.stringify(preview)));

function exitCode(preview: object, limits: Partial<Limits>): number {
  return exitCodeOf(findingsOf(reviewed(preview), { ...NO_LIMITS, ...limits }, quoteText));
}

/** The plan with 'retainOnDelete' in the states of its only AutoTopupConfig. */
function retaining(name: string, { old = false, new: next = false }): Plan {
  const preview = plan(name);
  for (const step of preview.steps.slice(1)) {
    if (step.oldState && old) step.oldState.retainOnDelete = true;
    if (step.newState && next) step.newState.retainOnDelete = true;
  }
  return preview;
}

// The engine asks no provider, and a plan without these words would look as if nothing happened.
describe("a managed resource that becomes a read one", () => {
  const reading = (external: boolean) => {
    const preview = plan("delete");
    for (const step of preview.steps.slice(1))
      Object.assign(step, { op: "read", newState: { ...step.oldState, external: true } });
    for (const { oldState } of preview.steps.slice(1)) if (oldState && external) oldState.external = true;
    return preview;
  };

  it("is no longer managed, and stays as it is", () => {
    expect(sentences(reviewed(reading(false))).join()).toContain(
      "no longer managed by this stack; its config stays as it is",
    );
    expect(exitCode(reading(false), { failOnDelete: true })).toBe(0);
    expect(exitCode(reading(false), { failOnChange: true })).toBe(EXIT.change);
  });

  it("is no change where it was only read before", () => {
    expect(exitCode(reading(true), { failOnChange: true })).toBe(0);
  });
});

// As the CLI 3.260.0 does it: the state before the run decides, whatever the program says now.
describe("a replacement for another account", () => {
  it("switches nothing off where the old state has 'retainOnDelete'", () => {
    for (const next of [true, false]) {
      const preview = retaining("replace", { old: true, new: next });
      expect(exitCode(preview, { failOnDelete: true })).toBe(0);
      expect(sentences(reviewed(preview))).toContain(
        `${ACCOUNT}: no longer managed by this stack; its config stays as it is: charge $20.00 whenever the balance ` +
          "falls below $10.00",
      );
      expect(JSON.parse(asJson(reviewed(preview), [])).changes[0].switchesOff).toBe(false);
    }
  });

  it("switches the old account off where only the program has it", () => {
    expect(exitCode(retaining("replace", { new: true }), { failOnDelete: true })).toBe(EXIT.delete);
  });
});

describe("what a plan does not show", () => {
  const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

  it.each([UNKNOWN, "[secret]"])("stops --fail-on-delete where it is 'enabled': %s", (enabled) => {
    const preview = plan("amount");
    Object.assign(preview.steps[1]?.newState?.inputs ?? {}, { enabled });
    expect(exitCode(preview, { failOnDelete: true })).toBe(EXIT.delete);
    expect(asText(reviewed(preview), [])).toMatch(/whether it is on is .*; if so: charge \$50\.00 instead of \$20\.00/);
    const renamed = JSON.parse(fixture("rename.json")) as Plan;
    const created = renamed.steps.find(({ op }) => op === "create");
    Object.assign(created?.newState?.inputs ?? {}, { enabled });
    expect(exitCode(renamed, { failOnDelete: true })).toBe(EXIT.delete);
  });

  it("does not hide a delete that an interrupted replacement left over", () => {
    const preview = plan("delete");
    for (const step of preview.steps) if (step.op === "delete") step.op = "delete-replaced";
    expect(exitCode(preview, { failOnDelete: true })).toBe(EXIT.delete);
    const kept = plan("showSames");
    kept.steps.push(...preview.steps.slice(1));
    expect(exitCode(kept, { failOnDelete: true })).toBe(EXIT.delete);
    expect(sentences(reviewed(plan("replaceSteps")))).toHaveLength(2);
  });

  it("is no healthy past: a limit that was not judged, and totals that are odd", () => {
    const file = (account: object, findings: object[] = []) =>
      readPast(JSON.stringify({ format: 1, asOf: "", isJudged: true, accounts: [account], findings }));
    const total = { charges: 3, amounts: { usd: 6000 }, isAtLeast: false, lacksSums: false };
    const judge = (past: ReturnType<typeof readPast>) =>
      findingsOf(reviewOf(readPreview(fixture("amount.json")), past), { ...NO_LIMITS, failOnCharges: true }, quoteText);
    const account = { accountId: ACCOUNT, totals: { "30d": total } };
    expect(judge(file(account))).toEqual([]);
    const unknown = { kind: "unknown", accountId: ACCOUNT, message: "there may be more" };
    expect(judge(file(account, [unknown]))).toEqual([
      { kind: "charges", message: `account ${ACCOUNT}: 'there may be more'` },
    ]);
    expect(judge(file(account, [{ ...unknown, accountId: OTHER }]))).toEqual([]);
    for (const odd of [{ charges: -1 }, { charges: "3" }, { amounts: null }, { amounts: { usd: "6000" } }]) {
      const strange = { accountId: ACCOUNT, totals: { "30d": { ...total, ...odd } } };
      expect(exitCodeOf(judge(file(strange)))).toBe(EXIT.charges);
    }
  });
});

describe("what changed outside Pulumi", () => {
  it("is a change whether the preview lists unchanged resources or not", () => {
    const preview = plan("refreshDrift");
    const update = preview.steps.find(({ op }) => op === "update");
    Object.assign(update ?? {}, { op: "same", newState: update?.oldState });
    expect(exitCode(preview, { failOnChange: true })).toBe(EXIT.change);
    expect(sentences(reviewed(preview))).toEqual([
      expect.stringContaining("changed outside Pulumi: now charge $100.00"),
    ]);
    expect(JSON.parse(asJson(reviewed(preview), [])).result).toBe("changes");
  });
});

describe("a gateway", () => {
  it("that is replaced still counts, though its last event is a delete", () => {
    const urn = "urn:pulumi:production::p::cloudflare:index/aiGateway:AiGateway::open";
    const step = (op: string, state: object) => ({ resourcePreEvent: { metadata: { op, urn, ...state } } });
    const view = { inputs: { accountId: ACCOUNT } };
    const events = [
      step("create-replacement", { old: view, new: view }),
      step("replace", { old: view, new: view }),
      step("delete-replaced", { old: view }),
    ].map((event, sequence) => JSON.stringify({ sequence, ...event }));
    const stream = `${events.join("\n")}\n${fixture("amount.events.ndjson")}`;
    expect(asText(reviewOf(readPreview(stream)), [])).toContain("not bounded: gateway open has no spend limit");
  });
});

describe("input that is no single preview", () => {
  const events = fixture("amount.events.ndjson");
  it.each([
    ["a document that is cut off", fixture("amount.json").slice(0, 900)],
    ["a stream that is cut off in a line", events.slice(0, events.length - 60)],
    ["the documents of two stacks", fixture("amount.json") + fixture("delete.json")],
    ["the streams of two stacks", events + fixture("several.events.ndjson")],
    ["steps that are no list", '{"steps": {}, "duration": 1}'],
    ["a step that is no object", '{"steps": [null], "duration": 1}'],
    ["a stack's state", '{"version": 3, "deployment": {"secrets": "s3cret"}}'],
  ])("is refused, and not repeated: %s", (_, text) => {
    expect(() => readPreview(text)).toThrow(InputError);
    expect(() => readPreview(text)).toThrow(/^Expected the output of 'pulumi preview --json'(?!.*s3cret)/);
  });

  it.each([["--max-increase-usd"], ["--max-projected-charges", "--charges", "x"], ["--max-increase-percent"]])(
    "goes for a number that is too large: %s",
    (name, ...more) => {
      expect(() => readOptions([name, "9".repeat(30), ...more])).toThrow(`'${name}' must be a number`);
    },
  );
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
    const preview = plan("refusedCreate") as Plan & { diagnostics: { urn?: string; message: string }[] };
    const urn = "urn:pulumi:production::p::cloudflare:index/zone:Zone::my-zone";
    preview.diagnostics = [{ urn, message: "property name value {s3cret} has a problem: it is taken", ...SEVERE }];
    expect(asText(reviewed(preview), [])).toContain("the preview failed: my-zone is refused: it is taken\n");
    expect(asText(reviewed(preview), [])).not.toContain("s3cret");
  });
});
const SEVERE = { severity: "error" };

describe("a thousand accounts among ten thousand resources", () => {
  const preview = plan("create");
  const [stack, create] = preview.steps;
  const id = (index: number) => index.toString(16).padStart(32, "0");
  const renamed = (step: object, name: string, account: string) =>
    JSON.parse(JSON.stringify(step).replaceAll('::ai-gateway-credits"', `::${name}"`).replaceAll(ACCOUNT, account));
  const ours = Array.from({ length: 1000 }, (_, index) => renamed(create ?? {}, `account-${index}`, id(index)));
  const others = Array.from({ length: 10_000 }, (_, index) => ({
    op: "create",
    urn: `urn:pulumi:s::p::a:b:C::${index}`,
  }));
  const text = JSON.stringify({ ...preview, steps: [stack, ...others, ...ours] });

  it("are read in seconds, and fit into one comment that says how many it leaves out", () => {
    const started = performance.now();
    const review = reviewOf(readPreview(text));
    const findings = findingsOf(review, { ...NO_LIMITS, maxIncrease: 0, requireSpendLimit: true }, quoteMarkdown);
    const markdown = asMarkdown(review, findings, "");
    expect(performance.now() - started).toBeLessThan(5000);
    expect(markdown.length).toBeLessThan(65_536);
    expect(markdown).toContain("and 1900 more, which the text format lists");
    expect(asText(review, findings).match(/switched ON/g)).toHaveLength(1000);
    expect(exitCodeOf(findings)).toBe(EXIT.unbounded);
  });
});
