// Many accounts at once: a rate limit holds up all requests together, and at no time are there many of them.
import { expect, it } from "@jest/globals";
import { readReport } from "../../provider/charges/report";
import { openApi, withSimulator } from "../support/core";

it("reads all accounts under a rate limit, in the order given, without a storm of requests", async () => {
  const accounts = Array.from({ length: 60 }, (_, index) => index.toString(16).padStart(32, "0"));
  await withSimulator({ rateLimit: { requests: 40, windowMs: 2500 }, latencyMs: 5 }, async (cloudflare) => {
    cloudflare.setConfig(accounts[59] ?? "", { amount: 5000, threshold: 1000 });
    cloudflare.spend(accounts[59] ?? "", 5000);
    let [atOnce, most] = [0, 0];
    const { api } = openApi(cloudflare);
    const counting = async (accountId: string) => {
      most = Math.max(most, ++atOnce);
      return api.charges(accountId).finally(() => (atOnce -= 1));
    };
    const report = await readReport({ ...api, charges: counting }, accounts);
    expect(report.accounts.map(({ accountId, problem }) => ({ accountId, problem }))).toEqual(
      accounts.map((accountId) => ({ accountId, problem: null })),
    );
    expect(report.accounts.map(({ history }) => history?.charges.length)).toEqual([...Array(59).fill(0), 2]);
    const refused = cloudflare.requests.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThanOrEqual(10);
    expect(most).toBe(10);
  });
});
