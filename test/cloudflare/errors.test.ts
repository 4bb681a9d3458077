import { describe, expect, it } from "@jest/globals";
import { ApiError, type ApiFailure, describeReason, printable, SettingsError } from "../../provider/cloudflare/errors";
import { explainError, RefusedError } from "../../provider/topup/errors";

const account = "0123456789abcdef0123456789abcdef";

function failure(facts: Partial<ApiFailure>): ApiError {
  return new ApiError({
    attempt: "reading the auto top-up config",
    accountId: account,
    status: 403,
    problem: "an empty answer",
    reasons: [],
    requestId: null,
    advice: null,
    doubtful: false,
    ...facts,
  });
}

describe("a failed request", () => {
  it("is reported with the attempt, the account, Cloudflare's message and code, the request id and what to do", () => {
    const reasons = [{ code: 10000, message: "Authentication error" }];
    expect(failure({ reasons, requestId: "8f-FRA" }).message).toBe(
      `Reading the auto top-up config of account ${account} failed. Cloudflare answered 403: ` +
        "Authentication error (code 10000) (request id 8f-FRA).\n" +
        'Check that the API token has the permission "AI Gateway Write" for this account (reading needs "AI Gateway Read").',
    );
  });

  it("is reported with every reason, but not with an endless list", () => {
    const reasons = Array.from({ length: 9 }, (_, code) => ({ code, message: `reason ${code}` }));
    const { message } = failure({ reasons });
    expect(message).toContain("reason 0 (code 0); reason 1 (code 1); reason 2 (code 2); reason 3 (code 3); reason 4");
    expect(message).not.toContain("reason 5");
  });

  it("says what went wrong where Cloudflare gave no reason", () => {
    expect(failure({ status: 200 }).message).toContain("Cloudflare answered 200: an empty answer.");
    expect(failure({ status: null, problem: "read ECONNRESET" }).message).toContain(
      "Cloudflare could not be reached: read ECONNRESET.",
    );
  });

  it.each([
    [null, "Check the network, the proxy and 'baseUrl'"],
    [200, "not what this API documents, so it was not trusted"],
    [302, "not what this API documents, so it was not trusted"],
    [400, "Check the declared values"],
    [401, "The credentials were not accepted"],
    [403, 'the permission "AI Gateway Write"'],
    [404, "Check 'accountId'"],
    [408, "https://www.cloudflarestatus.com"],
    [409, "Somebody else is changing"],
    [429, "wait five minutes"],
    [500, "https://www.cloudflarestatus.com"],
    [503, "https://www.cloudflarestatus.com"],
  ])("with status %p comes with its own advice", (status, advice) => {
    expect(failure({ status }).message.split("\n")[1]).toContain(advice);
  });

  it("of an account that never bought credits says so, whatever the status", () => {
    const reasons = [{ code: 1000, message: "NO_MANUAL_TOPUP" }];
    expect(failure({ status: 400, reasons }).message).toContain("This account never bought credits: buy some once");
  });

  it("comes with the caller's advice where there is one", () => {
    expect(failure({ advice: "Do this." }).message).toMatch(/\nDo this\.$/);
  });

  it.each([
    [null, true],
    [200, true],
    [302, true],
    [400, false],
    [401, false],
    [403, false],
    [404, false],
    [408, true],
    [409, true],
    [422, false],
    [429, false],
    [500, true],
    [520, true],
  ])("with status %p leaves open whether a write happened: %p", (status, unknown) => {
    expect(failure({ status }).outcomeUnknown).toBe(unknown);
  });

  it("cannot smuggle control characters to a terminal, from any of its parts", () => {
    const evil = "\u001b[2Jwiped\r\n\u0007\u009b\u202e";
    const { message } = failure({ reasons: [{ code: 1, message: evil }], requestId: evil });
    const other = failure({ status: 500, problem: evil }).message;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be gone
    for (const text of [message, other]) expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(message).toContain("[2Jwiped (code 1) (request id [2Jwiped).");
  });
});

describe("text from outside", () => {
  it("are one line, without control characters and not endless", () => {
    expect(printable(" one\r\n\ttwo\u2028three\u0000 ")).toBe("one two three");
    expect(printable("x".repeat(1000))).toBe(`${"x".repeat(300)}...`);
  });

  it("stay as they are otherwise", () => {
    expect(printable("Prix à payer: 10 €, 支払い")).toBe("Prix à payer: 10 €, 支払い");
  });

  it("of a reason come before its code", () => {
    expect(describeReason({ code: 7003, message: "Could not route" })).toBe("Could not route (code 7003)");
    expect(describeReason({ code: null, message: "Maintenance" })).toBe("Maintenance");
    expect(describeReason({ code: 9, message: "" })).toBe("no message (code 9)");
  });
});

describe("any failure", () => {
  it("of ours is reported in its own message", () => {
    expect(explainError(new SettingsError("apiToken", "Set it."))).toBe("Set it.");
    expect(explainError(new RefusedError("Refused."))).toBe("Refused.");
    expect(explainError(failure({}))).toBe(failure({}).message);
  });

  it.each([new TypeError("x is not a function"), "x is not a function"])("that is a bug says so: %p", (error) => {
    expect(explainError(error)).toBe("Unexpected failure, please report it: x is not a function");
  });
});
