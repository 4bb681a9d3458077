// A gate fails closed: exit 0 means that every step that the document counts was seen and understood. Documents of the real CLI, and such documents
// with one thing changed in them.
import { describe, expect, it } from "@jest/globals";
import { decode } from "../../provider/command/readInput";
import { EXIT } from "../../provider/review/findings";
import { readPreview } from "../../provider/review/preview";
import { fixture, judge, type Plan, planOf, recorded } from "./fixture";

const change = (name: string, edit: (plan: Plan) => void) => {
  const plan = planOf(name);
  edit(plan);
  return plan;
};
const ours = ({ steps }: Plan) => steps.at(-1) as Plan["steps"][number];

const relabel = (op: string, changeSummary: Record<string, number>) => (plan: Plan) => {
  ours(plan).op = op;
  plan.changeSummary = changeSummary;
};

describe("a review does not pass", () => {
  const known = "same create update delete replace create-replacement delete-replaced read read-replacement refresh";
  const strange = ["diff", "extend-parameterize", "frobnicate", "", "toString", "Update", `${known} update`];

  it.each(strange)("an operation that it does not know on a resource of ours: '%s'", (op) => {
    expect(judge(change("amount", (plan) => Object.assign(ours(plan), { op })))).toMatchObject({
      exitCode: EXIT.failed,
    });
  });

  const mutations: readonly [what: string, name: string, edit: (plan: Plan) => void][] = [
    ["a step without an operation", "amount", (plan) => Object.assign(ours(plan), { op: undefined })],
    ["a step without a URN", "amount", (plan) => Object.assign(ours(plan), { urn: undefined })],
    ["a step without its old state", "amount", (plan) => delete ours(plan).oldState],
    ["a step without any state", "delete", (plan) => delete ours(plan).oldState],
    ["a step that is listed in the summary alone", "delete", (plan) => plan.steps.pop()],
    [
      "a summary of more updates than there are steps",
      "amount",
      (plan) => Object.assign(plan.changeSummary, { update: 5 }),
    ],
    [
      "a summary of an operation that no step has",
      "same",
      (plan) => Object.assign(plan.changeSummary, { frobnicate: 1 }),
    ],
    ["unchanged resources that are not listed", "unlisted", () => {}],
    ["a preview without a summary", "amount", (plan) => Object.assign(plan, { changeSummary: undefined, duration: 1 })],
    ["a summary with odd counts", "amount", (plan) => Object.assign(plan.changeSummary, { update: "1" })],
    ["a state that may be corrupt", "amount", (plan) => Object.assign(plan, { maybeCorrupt: true })],
    [
      "a severity that it does not know",
      "same",
      (plan) => Object.assign(plan, { diagnostics: [{ severity: "fatal", message: "x" }] }),
    ],
    ["a replacement without its delete", "replace", (plan) => plan.steps.pop()],
    [
      "a replacement without its own steps",
      "replace",
      (plan) => Object.assign(plan, { steps: plan.steps.filter(({ op }) => !op.includes("-")) }),
    ],
    ["a resource that is updated and created", "amount", (plan) => plan.steps.push({ ...ours(plan), op: "create" })],
    ["a resource that is the same twice", "same", (plan) => plan.steps.push(ours(plan))],
    ["a delete that is called the discarding of what was read", "delete", relabel("discard", { same: 1, discard: 1 })],
    [
      "a delete of a component that has an id",
      "delete",
      (plan) => Object.assign(ours(plan).oldState ?? {}, { custom: false }),
    ],
    ["a replacement's creation without the replacement", "amount", relabel("create-replacement", { same: 1 })],
    ["what is forgotten though it is not deleted yet", "delete", relabel("remove-pending-replace", { same: 1 })],
    [
      "an update of the account",
      "amount",
      (plan) => Object.assign(ours(plan).newState?.inputs as object, { accountId: "f".repeat(32) }),
    ],
    [
      "a 'same' with another amount",
      "same",
      (plan) => Object.assign(ours(plan).newState?.inputs as object, { amount: 90_000 }),
    ],
    [
      "a 'same' that goes on again",
      "same",
      (plan) => Object.assign(ours(plan).oldState?.outputs as object, { enabled: false }),
    ],
    [
      "code that it cannot see",
      "same",
      (plan) => Object.assign(ours(plan).oldState?.inputs as object, { __provider: "[secret]" }),
    ],
    [
      "a dynamic resource without code",
      "same",
      (plan) => Object.assign(ours(plan).oldState ?? {}, { inputs: {}, outputs: {} }),
    ],
    [
      "a step that is called a component's by a wrong word",
      "same",
      (plan) => Object.assign(ours(plan).newState ?? {}, { custom: "no" }),
    ],
  ];

  it.each(mutations)("%s", (_, name, edit) => {
    expect(judge(planOf(name)).exitCode).toBe(name === "unlisted" ? EXIT.failed : 0);
    const { exitCode, messages } = judge(change(name, edit));
    expect([exitCode, messages[0]]).toEqual([
      EXIT.failed,
      expect.stringMatching(/not understood: .*; \S|the preview failed/),
    ]);
  });

  it("counts without steps", () => {
    expect(judge({ duration: 1, changeSummary: { update: 5 } }).exitCode).toBe(EXIT.failed);
  });

  it.each([
    ["the summary of '--output json'", fixture("outputJson.json"), /--output json/],
    ["a stream of events", fixture("amount.events.ndjson"), /STREAMING_JSON_PREVIEW\): run 'topup-review --run'/],
    ["one event of it", fixture("amount.events.ndjson").split("\n")[0] ?? "", /STREAMING_JSON_PREVIEW/],
    ["the two documents of 'up --json'", fixture("upJson.events.ndjson"), /^Expected/],
    ["a refresh alone", fixture("refreshOnly.json"), /--run -- --refresh/],
    ["a plan of two stacks", fixture("amount.json").replace("urn:pulumi:production", "urn:pulumi:dev"), /2 stacks/],
  ])("another format: %s", (_, text, reason) => expect(() => readPreview(text)).toThrow(reason));
});

describe("a review passes", () => {
  it("operations that it does not know on the resources of others, and their replacements", () => {
    const other = (op: string) => change("beside", (plan) => Object.assign(plan.steps[1] ?? {}, { op }));
    const edited = other("frobnicate");
    Object.assign(edited.changeSummary, { create: 1, frobnicate: 1 });
    expect(judge(edited).exitCode).toBe(0);
    expect(judge(planOf("otherReplaced"), { failOnChange: true })).toEqual({ exitCode: 0, messages: [], said: [] });
    expect(judge(planOf("targeted"), { maxIncrease: 3000 }).exitCode).toBe(0);
    expect(judge(planOf("empty")).exitCode).toBe(0);
  });

  it("every recorded preview of the real CLI that lists all steps, without an objection", () => {
    for (const sequence of [
      "drift",
      "rename",
      "swap",
      "lost-answer",
      "taint-and-replace",
      "replacement-trigger",
      "enabled",
    ]) {
      for (const provider of ["dynamic", "plugin"]) {
        const index = ["swap", "taint-and-replace", "replacement-trigger"].includes(sequence) ? 1 : 0;
        expect([sequence, judge(recorded(`${sequence}.${provider}`, index))]).toMatchObject([
          sequence,
          { exitCode: 0, messages: [] },
        ]);
      }
    }
  });
});

describe("input as a pipeline and PowerShell write it", () => {
  const text = fixture("amount.json");
  const utf16 = Buffer.from(`\uFEFF${text.replaceAll("\n", "\r\n")}`, "utf16le");
  it.each([
    ["UTF-16 of PowerShell's '>'", utf16],
    ["UTF-16 without a byte order mark", utf16.subarray(2)],
    ["UTF-16, big end first", Buffer.from(utf16).swap16()],
    ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${text}`)],
    ["log lines around it", Buffer.from(`npm notice\n[12:00] preview of {production}\n${text}\nDone in 2 s.\n`)],
    ["colours around it", Buffer.from(`\u001b[1;32mPreview\u001b[0m\n\u001b[0m${text}\u001b[0m`)],
  ])("is read: %s", (_, bytes) => {
    expect(judge(decode(bytes)).said).toEqual([expect.stringContaining("charge $50.00 instead of $20.00")]);
  });

  it("is refused if it holds more than one document, or log lines within one", () => {
    expect(() => readPreview(decode(Buffer.from(`${text}\nagain\n${text}`)))).toThrow(/run 'topup-review --run'/);
    expect(() => readPreview(text.replace('"steps"', 'a log line\n"steps"'))).toThrow(/run 'topup-review --run'/);
  });

  it("takes time in proportion to its length, whatever an error says", () => {
    for (const part of [
      "property x value {y} ",
      "\n\n \n",
      "#",
      "property value {",
      "error: ",
      "\n    at",
      "\u001b[0",
    ]) {
      const message = part.repeat(1_000_000 / part.length);
      expect(judge({ ...planOf("same"), diagnostics: [{ severity: "error", message }] }).exitCode).toBe(EXIT.failed);
    }
    // A second at most; work that grows with the square of a million takes an hour.
  }, 60_000);
});
