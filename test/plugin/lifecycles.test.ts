// Both providers play the same lifecycles with equal results: the dynamic provider in the SDK's own host, and the plugin's executable, each as a
// process over gRPC against one simulator. All lifecycles share one run of each.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { methods } from "../support/core";
import { LIFECYCLES } from "../support/lifecycles";
import { openProvider, PROVIDERS, type ProviderProcess } from "../support/providers";

let cloudflare: BillingSimulator;
let providers: ProviderProcess[] = [];

beforeAll(async () => {
  cloudflare = await startSimulator();
  const { apiToken, url: baseUrl } = cloudflare;
  providers = await Promise.all(PROVIDERS.map((name) => openProvider(name, { apiToken, baseUrl })));
});
beforeEach(() => cloudflare.reset());
afterAll(async () => {
  await Promise.all(providers.map((provider) => provider.stop()));
  await cloudflare.close();
});

describe.each(PROVIDERS.map((name, index) => ({ name, index })))("through $name", ({ index }) => {
  it.each(LIFECYCLES.map((lifecycle, row) => ({ ...lifecycle, row })))(
    "$name",
    async ({ play, result, requests, row }) => {
      const provider = providers[index];
      if (!provider) throw new Error("This provider was not opened.");
      const account = accountOf(row, index);
      const played = await play({ provider, cloudflare, account, other: accountOf(row, index + 2) });
      expect(JSON.parse(JSON.stringify(played).replaceAll(account, "ACCOUNT"))).toEqual(result);
      expect(methods(cloudflare)).toBe(requests);
    },
  );
});

function accountOf(row: number, index: number): string {
  return `${index}${row.toString(16).padStart(2, "0")}`.padEnd(32, "abc");
}
