// What happens after a token was rotated: the real SDK against the simulator.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { openBillingApi } from "../../provider/cloudflare/client";
import { type BillingSimulator, startSimulator } from "../../provider/testing";
import { account } from "../support/core";

let cloudflare: BillingSimulator;
let remarks: string[];

beforeAll(async () => {
  cloudflare = await startSimulator();
});
afterAll(() => cloudflare.close());
beforeEach(() => {
  cloudflare.reset();
  remarks = [];
});

function open(apiToken: string, fallback: { apiToken: string } | null) {
  const connection = { credentials: { apiToken }, fallback, baseUrl: cloudflare.url };
  return openBillingApi({ connection, remark: (text) => void remarks.push(text) });
}

const statuses = () => cloudflare.requests.map(({ status }) => status);

describe("credentials that Cloudflare no longer accepts", () => {
  it("give way to the environment's, for the rest of the run and with one remark", async () => {
    const api = open("dead-token", { apiToken: cloudflare.apiToken });
    await api.read(account);
    await api.read(account);
    expect(statuses()).toEqual([401, 200, 200]);
    expect(remarks).toEqual([expect.stringContaining("those in the environment are used to read and to remove")]);
    expect(remarks.join()).not.toContain("dead-token");
  });

  it("do not give way in a write: an amount is never set with credentials that the stack does not name", async () => {
    const api = open("dead-token", { apiToken: cloudflare.apiToken });
    await api.read(account);
    await expect(api.write(account, { amount: 5000, threshold: 1000 })).rejects.toThrow("401");
    await api.unset(account);
    expect(statuses()).toEqual([401, 200, 401, 200]);
    expect(cloudflare.changes()).toBe(0);
  });

  it("are reported with what to do if there are no others", async () => {
    await expect(open("dead-token", null).read(account)).rejects.toThrow(/401[\s\S]*set it there and run `pulumi up`/);
    expect(statuses()).toEqual([401]);
  });

  it("are reported once if the environment's are not accepted either", async () => {
    await expect(open("dead-token", { apiToken: "dead-too" }).read(account)).rejects.toThrow("401");
    expect(statuses()).toEqual([401, 401]);
  });
});

describe("a token that is said to be invalid with 403", () => {
  const refuse = (message: string, code = 9109) =>
    cloudflare.fault({ kind: "envelope", status: 403, errors: [{ code, message }] });
  const openBoth = () => {
    cloudflare.acceptToken("the-fallback-token");
    return open(cloudflare.apiToken, { apiToken: "the-fallback-token" });
  };

  it.each(["Invalid access token", "Token expired"])("gives way too: %s", async (message) => {
    refuse(message);
    await openBoth().read(account);
    expect(statuses()).toEqual([403, 200]);
  });

  it.each([
    ["for the place that it is used from", "Cannot use the access token from location", 9109],
    ["for want of a permission", "Authentication error", 10000],
  ])("does not give way if it is refused %s", async (_, message, code) => {
    refuse(message, code);
    await expect(openBoth().read(account)).rejects.toThrow(message);
    expect(statuses()).toEqual([403]);
  });
});

describe("CLOUDFLARE_CUSTOM_HEADERS in the environment", () => {
  it("does not replace the configured credential", async () => {
    process.env.CLOUDFLARE_CUSTOM_HEADERS = "Authorization: Bearer of-another-tool";
    try {
      await open(cloudflare.apiToken, null).read(account);
      expect(statuses()).toEqual([200]);
      expect(process.env.CLOUDFLARE_CUSTOM_HEADERS).toBe("Authorization: Bearer of-another-tool");
    } finally {
      delete process.env.CLOUDFLARE_CUSTOM_HEADERS;
    }
  });
});
