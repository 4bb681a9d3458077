import { describe, expect, it } from "@jest/globals";
import { openEnvelope } from "../../provider/cloudflare/answers";
import { ApiError, SettingsError } from "../../provider/cloudflare/errors";
import { describeReason, type Explanation, explain } from "../../provider/cloudflare/explain";
import { printable } from "../../provider/cloudflare/printable";
import { explainError, RefusedError } from "../../provider/topup/errors";
import { account } from "../support/core";

const attempt = { attempt: "reading the auto top-up config", accountId: account, doubtful: false };

function failure(facts: Partial<Explanation>): ApiError {
  const none = { status: 403, problem: "an empty answer", reasons: [], refusal: null, requestId: null, advice: "" };
  return new ApiError({ ...attempt, ...none, ...facts });
}

/** The error for an answer as it came. */
function answered(status: number | null, body: unknown, requestId: string | null = null): ApiError {
  const text = typeof body === "string" ? body : JSON.stringify({ success: false, messages: [], ...Object(body) });
  return new ApiError({ ...attempt, ...explain({ status, text, retryAfter: null, requestId }, openEnvelope(text)) });
}

describe("a failed request", () => {
  it("is reported with the attempt, the account, Cloudflare's message and code, the request id and what to do", () => {
    const errors = [{ code: 10000, message: "Authentication error" }];
    expect(answered(403, { errors }, "8f-FRA").message).toBe(
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

  it("says what went wrong if Cloudflare gave no reason", () => {
    expect(answered(200, "").message).toContain("Cloudflare answered 200: an empty answer.");
    const lost = answered(null, "read ECONNRESET").message;
    expect(lost).toContain("Cloudflare could not be reached: read ECONNRESET.");
  });

  it.each([
    [null, "Check the network, the proxy and 'baseUrl'"],
    [200, "not what this API documents, so it was not trusted"],
    [302, "not what this API documents, so it was not trusted"],
    [400, "Check the declared values"],
    [404, "Check 'accountId'"],
    [408, "https://www.cloudflarestatus.com"],
    [409, "Another change to this account's billing is under way"],
    [429, "wait five minutes"],
    [500, "https://www.cloudflarestatus.com"],
    [503, "https://www.cloudflarestatus.com"],
  ])("with status %p comes with its own advice", (status, advice) => {
    expect(answered(status, {}).message.split("\n")[1]).toContain(advice);
  });

  it("says so if the account never bought credits, whatever the status", () => {
    const errors = [{ code: 1000, message: "NO_MANUAL_TOPUP" }];
    expect(answered(400, { errors }).message).toContain("This account never bought credits: buy some once");
  });

  it.each([null, 200, 302, 408, 409, 500, 520])("with status %p leaves open whether a write happened", (status) => {
    expect(failure({ status }).outcomeUnknown).toBe(true);
  });

  it.each([400, 401, 403, 404, 422, 429])("with status %p says that no write happened", (status) => {
    expect(failure({ status }).outcomeUnknown).toBe(false);
  });

  it("brings no control characters to a terminal, from any of its parts", () => {
    const evil = "\u001b[2Jwiped\r\n\u0007\u009b\u202e";
    const { message } = failure({ reasons: [{ code: 1, message: evil }], requestId: evil });
    const other = failure({ status: 500, problem: evil }).message;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be gone
    for (const text of [message, other]) expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(message).toContain("[2Jwiped (code 1) (request id [2Jwiped).");
  });
});

describe("a refusal", () => {
  const reason = (code: number, message: string) => ({ errors: [{ code, message }] });

  it("of a malformed token shows the chain that says what is malformed", () => {
    const error_chain = [{ code: 6111, message: "Invalid format for Authorization header" }];
    const errors = [{ code: 6003, message: "Invalid request headers", error_chain }];
    const { message, failure } = answered(400, { errors });
    expect(failure.refusal).toBe("credential");
    expect(message.split("\n")).toEqual([
      `Reading the auto top-up config of account ${account} failed. Cloudflare answered 400: ` +
        "Invalid request headers (code 6003); Invalid format for Authorization header (code 6111).",
      "The credential is malformed: copy it again, whole, without quotes or spaces, then run the same command again.",
    ]);
  });

  it.each([
    [
      401,
      reason(10000, "Authentication error"),
      "copied whole. If it was replaced, set CLOUDFLARE_API_TOKEN to the new one.",
    ],
    [400, reason(9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers"), "Global API Key and email"],
    [403, reason(9103, "Unknown X-Auth-Key or X-Auth-Email"), "Global API Key and email"],
    [403, reason(1000, "Invalid API Token"), "check that the token exists"],
    [400, reason(1000, "Invalid API Token"), "check that the token exists"],
    [403, reason(9109, "Invalid access token"), "check that the token exists"],
    [403, reason(9109, "Cannot use the access token from location: 203.0.113.7"), "client IP address filtering"],
    [403, reason(9109, "The access token has expired"), "The token has expired: make a new one"],
  ])("with status %d and %j is the credential's, with advice for its cause", (status, body, advice) => {
    const error = answered(status, body);
    expect([error.failure.refusal, error.failure.advice]).toEqual(["credential", expect.stringContaining(advice)]);
    expect(error.failure.advice).not.toContain("permission");
  });

  it("for want of a permission says which one is needed", () => {
    const error = answered(403, reason(10000, "Authentication error"));
    expect([error.failure.refusal, error.failure.advice]).toEqual([
      "permission",
      expect.stringContaining('"AI Gateway Write"'),
    ]);
  });

  it.each(["<html><title>Just a moment...</title>", "<html>Access denied (1020)</html>", ""])(
    "by a page of the edge is told apart from one of the API: %j",
    (page) => {
      const error = answered(403, page);
      expect(error.failure.refusal).toBe("edge");
      expect(error.failure.advice).toContain("No token and no dashboard setting changes that");
    },
  );

  it.each([400, 404])("with status %d and code 7003 points at the account", (status) => {
    const error = answered(status, reason(7003, "Could not route to /accounts/0"));
    expect([error.failure.refusal, error.failure.advice]).toEqual([null, expect.stringContaining("Check 'accountId'")]);
  });

  it("of a value is not taken for one of the credential", () => {
    expect(answered(400, reason(1000, "NO_MANUAL_TOPUP")).failure.refusal).toBeNull();
    expect(answered(400, reason(7001, "amount: Number must be greater")).message).toContain(
      "Check the declared values",
    );
  });
});

describe("text from outside", () => {
  it("becomes one line, without control characters and not endless", () => {
    expect(printable(" one\r\n\ttwo\u2028three\u0000 ")).toBe("one two three");
    expect(printable("x".repeat(1000))).toBe(`${"x".repeat(300)}...`);
  });

  it("stays as it is otherwise", () => {
    expect(printable("Prix à payer: 10 €, 支払い")).toBe("Prix à payer: 10 €, 支払い");
  });

  it("comes before its code in a reason", () => {
    expect(describeReason({ code: 7003, message: "Could not route" })).toBe("Could not route (code 7003)");
    expect(describeReason({ code: null, message: "Maintenance" })).toBe("Maintenance");
    expect(describeReason({ code: 9, message: "" })).toBe("no message (code 9)");
  });
});

describe("any failure", () => {
  it("is reported in its own message if it is one of ours", () => {
    expect(explainError(new SettingsError("apiToken", "Set it."))).toBe("Set it.");
    expect(explainError(new RefusedError("Refused."))).toBe("Refused.");
    expect(explainError(failure({}))).toBe(failure({}).message);
  });

  it.each([new TypeError("x is not a function"), "x is not a function"])(
    "is reported as a bug otherwise: %p",
    (error) => {
      expect(explainError(error)).toBe("Unexpected failure, please report it: x is not a function");
    },
  );
});
