// A preview that failed: what the reviewer reads, and what is not to be relied on.
import { describe, expect, it } from "@jest/globals";
import { asText } from "../../provider/review/printReview";
import { planOf, review, reviewOfText } from "./fixture";

describe("a preview that failed", () => {
  it("names every refused value with its rule", () => {
    const rule = /^'amount' must be .* at least 1000 cents \(\$10\.00\); got 20 cents \(\$0\.20\)/;
    expect(review("refused").failures).toMatchObject([
      { resource: "ai-gateway-credits", property: "amount", message: expect.stringMatching(rule) },
      { resource: "ai-gateway-credits", property: "threshold" },
    ]);
  });

  it.each([
    [
      "a program's error without its stack trace",
      "programError",
      /^ResourceError: Missing resource name argument \(.*\)$/,
    ],
    ["what to do if the JSON gives no reason, as with a policy", "policy", /Run it without --json/],
  ])("shows %s", (_, name, message) => {
    const failure = { resource: "", property: "", message: expect.stringMatching(message) };
    expect(review(name).failures).toEqual([failure]);
  });

  it("marks the changes of a failed preview as not to be relied on", () => {
    const text = asText(review("protectedDelete"), []);
    expect(text).toMatch(/cannot be deleted because it is protected/);
    expect(text).toMatch(/do not rely on them:\n {2}account .* is switched OFF/);
    expect(text).not.toContain("no changes");
  });

  it("differs from one without changes, even if the engine prints an empty document", () => {
    expect(reviewOfText("{}\n").failures).toHaveLength(1);
    expect(reviewOfText('{"duration": 12}').failures).toEqual([]);
  });

  it("is recognised if it lacks its end", () => {
    const { changeSummary: _, duration: __, ...begun } = planOf("amount");
    expect(reviewOfText(JSON.stringify(begun)).failures).toMatchObject([
      { message: expect.stringContaining("did not come to its end") },
    ]);
  });
});
