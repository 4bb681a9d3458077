// A preview that failed: what the reviewer reads, and what is not to be relied on.
import { describe, expect, it } from "@jest/globals";
import { InputError } from "../../provider/command/readInput";
import { readPreview } from "../../provider/review/previewText";
import { asText } from "../../provider/review/printReview";
import { reviewOf } from "../../provider/review/review";
import { fixture, review } from "./fixture";

describe("a preview that failed", () => {
  it("names every refused value with its rule", () => {
    const failures = review("refused").failures;
    expect(failures).toMatchObject([
      { resource: "ai-gateway-credits", property: "amount" },
      { resource: "ai-gateway-credits", property: "threshold" },
    ]);
    expect(failures[0]?.message).toMatch(
      /^'amount' must be .* at least 1000 cents \(\$10\.00\); got 20 cents \(\$0\.20\)/,
    );
  });

  it("reads the same from the event stream", () => {
    expect(reviewOf(readPreview(fixture("refused.events.ndjson"))).failures).toEqual(review("refused").failures);
  });

  it("shows a program's error without its stack trace", () => {
    expect(review("programError").failures).toEqual([
      { resource: "", property: "", message: "ResourceError: Missing resource name argument (for URN creation)" },
    ]);
  });

  it("says what to do if the JSON gives no reason, as with a policy", () => {
    expect(review("policy").failures).toEqual([
      { resource: "", property: "", message: expect.stringContaining("Run it without --json") },
    ]);
  });

  it("marks the changes of a failed preview as not to be relied on", () => {
    const text = asText(review("protectedDelete"), []);
    expect(text).toMatch(/cannot be deleted because it is protected/);
    expect(text).toMatch(/do not rely on them:\n {2}account .* is switched OFF/);
    expect(text).not.toContain("no changes");
  });

  it("differs from one without changes, even where the engine prints an empty document", () => {
    expect(reviewOf(readPreview("{}\n")).failures).toHaveLength(1);
    expect(reviewOf(readPreview('{"duration": 12}')).failures).toEqual([]);
  });

  it("is recognised where its event stream was cut off", () => {
    const lines = fixture("amount.events.ndjson").trim().split("\n");
    const cut = lines.filter((line) => !line.includes("summaryEvent")).join("\n");
    expect(reviewOf(readPreview(cut)).failures[0]?.message).toContain("did not come to its end");
  });

  it("is recognised by the summary of its event stream, even without a reason", () => {
    const failed = fixture("amount.events.ndjson").replace('"result":"succeeded"', '"result":"failed"');
    expect(reviewOf(readPreview(failed)).failures).toHaveLength(1);
  });

  it("refuses a document of 'pulumi refresh', which hides what was found", () => {
    expect(() => readPreview(fixture("refreshOnly.json"))).toThrow("topup-review --run -- --refresh");
  });

  it.each([
    ["", "failed before it made a plan"],
    ["Previewing update (dev)", "line 1"],
    ["[]", "line 1"],
    ['{"name": "a package"}', "other fields than"],
  ])("differs from what is no preview at all: %j", (text, reason) => {
    expect(() => readPreview(text)).toThrow(InputError);
    expect(() => readPreview(text)).toThrow(reason);
  });
});
