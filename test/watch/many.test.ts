// Many accounts at once: a rate limit holds up all requests together, and at no time are there many of them.
import { expect, it } from "@jest/globals";
import { readAccounts } from "../../provider/watch/accountReadings";
import { openApi, withSimulator } from "../support/core";

it("all accounts are read under a rate limit, in the order given, without a storm of requests, and progress is told", async () => {
  const accounts = Array.from({ length: 60 }, (_, index) => index.toString(16).padStart(32, "0"));
  await withSimulator({ rateLimit: { requests: 80, windowMs: 2500 } }, async (cloudflare) => {
    cloudflare.fault({ kind: "delay", ms: 5, times: Number.POSITIVE_INFINITY });
    cloudflare.setConfig(accounts[59] ?? "", { amount: 5000, threshold: 1000 });
    cloudflare.spend(accounts[59] ?? "", 5000);
    let [atOnce, most] = [0, 0];
    const { api } = openApi(cloudflare);
    const counting = async <T>(request: Promise<T>) => {
      most = Math.max(most, ++atOnce);
      return request.finally(() => (atOnce -= 1));
    };
    const told: number[] = [];
    const counted = {
      read: (accountId: string) => counting(api.read(accountId)),
      charges: (accountId: string) => counting(api.charges(accountId)),
    };
    const readings = await readAccounts(counted, accounts, (done) => told.push(done), 100);
    expect(readings.accounts.map(({ accountId }) => accountId)).toEqual(accounts);
    const values = readings.accounts.map(({ config, history }) => [
      config.value?.amounts,
      history.value?.charges.length,
    ]);
    expect(values).toEqual([...Array(59).fill([null, 0]), [{ amount: 5000, threshold: 1000 }, 2]]);
    const refused = cloudflare.requests.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThanOrEqual(10);
    expect(cloudflare.requests).toHaveLength(120 + refused.length);
    expect(most).toBe(10);
    // It waits for more than a second with the first forty accounts done.
    expect(told.some((done) => done >= 30 && done < 60)).toBe(true);
  });
});
