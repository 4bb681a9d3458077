// A gate fails closed: exit 0 means that every step that the document counts was seen and understood. Documents of the real CLI, and such documents
// with one thing changed in them.
import { describe, expect, it } from "@jest/globals";
import { decode } from "../../provider/command/readInput";
import { EXIT } from "../../provider/review/findings";
import { readPreview } from "../../provider/review/preview";
import { fixture, judge, type Plan, planOf, recorded } from "./fixture";

type Edit = (plan: Plan) => unknown;
type State = "oldState" | "newState";
const change = (name: string, edit: Edit) => {
  const plan = planOf(name);
  edit(plan);
  return plan;
};
const ours = ({ steps }: Plan) => steps.at(-1) as Plan["steps"][number];
const withoutParts = ({ steps }: Plan) => steps.filter(({ op }) => !op.includes("-"));

const assign =
  (at: (plan: Plan) => unknown) =>
  (fields: object): Edit =>
  (plan) =>
    Object.assign(at(plan) as object, fields);
const document = assign((plan) => plan);
const count = assign(({ changeSummary }) => changeSummary);
const step = assign(ours);
const view = (of: State, fields: object) => assign((plan) => ours(plan)[of] ?? {})(fields);
const values = (of: State, which: "inputs" | "outputs", fields: object) =>
  assign((plan) => ours(plan)[of]?.[which])(fields);
const relabel = (op: string, changeSummary: object) => (plan: Plan) => [
  step({ op })(plan),
  document({ changeSummary })(plan),
];

describe("a review does not pass", () => {
  const known = "same create update delete replace create-replacement delete-replaced read read-replacement refresh";
  const strange = ["diff", "extend-parameterize", "frobnicate", "", "toString", "Update", `${known} update`];

  it.each(strange)("an operation that it does not know on a resource of ours: '%s' (promise 25)", (op) => {
    expect(judge(change("amount", step({ op }))).exitCode).toBe(EXIT.failed);
  });

  const mutations: readonly [what: string, name: string, edit: Edit][] = [
    ["a step without an operation", "amount", step({ op: undefined })],
    ["a step without a URN", "amount", step({ urn: undefined })],
    ["a step without its old state", "amount", step({ oldState: undefined })],
    ["a step without any state", "delete", step({ oldState: undefined })],
    ["a step that is listed in the summary alone", "delete", (plan) => plan.steps.pop()],
    ["a summary of more updates than there are steps", "amount", count({ update: 5 })],
    ["a summary of an operation that no step has", "same", count({ frobnicate: 1 })],
    ["a preview without a summary", "amount", document({ changeSummary: undefined, duration: 1 })],
    ["a summary with odd counts", "amount", count({ update: "1" })],
    ["counts without steps", "amount", document({ steps: undefined })],
    ["a state that may be corrupt", "amount", document({ maybeCorrupt: true })],
    ["a severity that it does not know", "same", document({ diagnostics: [{ severity: "fatal", message: "x" }] })],
    ["a replacement without its delete", "replace", (plan) => plan.steps.pop()],
    ["a replacement without its own steps", "replace", (plan) => plan.steps.splice(0, 9, ...withoutParts(plan))],
    ["a resource that is updated and created", "amount", (plan) => plan.steps.push({ ...ours(plan), op: "create" })],
    ["a resource that is the same twice", "same", (plan) => plan.steps.push(ours(plan))],
    ["a delete that is called the discarding of what was read", "delete", relabel("discard", { same: 1, discard: 1 })],
    ["a delete of a component that has an id", "delete", view("oldState", { custom: false })],
    ["a replacement's creation without the replacement", "amount", relabel("create-replacement", { same: 1 })],
    ["what is forgotten though it is not deleted yet", "delete", relabel("remove-pending-replace", { same: 1 })],
    ["an update of the account", "amount", values("newState", "inputs", { accountId: "f".repeat(32) })],
    ["a 'same' with another amount", "same", values("newState", "inputs", { amount: 90_000 })],
    ["a 'same' that goes on again", "same", values("oldState", "outputs", { enabled: false })],
    ["code that it cannot see", "same", values("oldState", "inputs", { __provider: "[secret]" })],
    ["a dynamic resource without code", "same", view("oldState", { inputs: {}, outputs: {} })],
    ["a create without the fields of its state", "create", (plan) => Object.assign(ours(plan), { newState: {} })],
    ["a delete without the fields of its state", "delete", (plan) => Object.assign(ours(plan), { oldState: {} })],
    ["a step that does not say whether it is a component's", "same", view("newState", { custom: undefined })],
    ["a 'same' whose stored amount cannot be read", "same", values("oldState", "outputs", { amount: "2000" })],
    ["a step that is called a component's by a wrong word", "same", view("newState", { custom: "no" })],
  ];

  it.each(mutations)("%s", (_, name, edit) => {
    expect(judge(planOf(name)).exitCode).toBe(0);
    const { exitCode, messages } = judge(change(name, edit));
    const reason = expect.stringMatching(/not understood: .*; \S|the preview failed/);
    expect([exitCode, messages[0]]).toEqual([EXIT.failed, reason]);
  });

  it("unchanged resources that are not listed", () => {
    expect(judge(planOf("unlisted")).messages).toEqual([expect.stringContaining("counted and not listed")]);
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

  it("a resource that is still to be created and that '--target' leaves out", () => {
    const plan = planOf("targeted");
    const { urn, oldState } = ours(plan);
    const state = { urn: `${urn}2`, custom: true, type: oldState?.type, provider: oldState?.provider };
    plan.steps.push({ op: "same", urn: state.urn, oldState: state, newState: state });
    Object.assign(plan.changeSummary, { same: (plan.changeSummary.same ?? 0) + 1 });
    expect(judge(plan, { maxIncrease: 3000 })).toMatchObject({ exitCode: 0, messages: [] });
  });

  it("every recorded preview of the real CLI that lists all steps, without an objection", () => {
    const first = ["drift", "rename", "lost-answer", "enabled"].map((name) => ({ name, index: 0 }));
    const second = ["swap", "taint-and-replace", "replacement-trigger"].map((name) => ({ name, index: 1 }));
    for (const { name, index } of [...first, ...second]) {
      for (const file of [`${name}.dynamic`, `${name}.plugin`]) {
        const { exitCode, messages } = judge(recorded(file, index));
        expect({ file, exitCode, messages }).toEqual({ file, exitCode: 0, messages: [] });
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
    const errors = ["property x value {y} ", "\n\n \n", "#", "property value {", "error: ", "\n    at", "\u001b[0"];
    for (const part of errors) {
      const message = part.repeat(1_000_000 / part.length);
      expect(judge({ ...planOf("same"), diagnostics: [{ severity: "error", message }] }).exitCode).toBe(EXIT.failed);
    }
    // A second at most; work that grows with the square of a million takes an hour.
  }, 60_000);
});
