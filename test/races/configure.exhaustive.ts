// 100 resources at once while the configuration is still on its way. The SDK's host hands a provider to its resources before that
// provider's configure has returned; the engine waits for the plugin's.
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { DECLARED, Resource, storedState } from "../faults/resource";
import { openProvider, PROVIDERS } from "../support/providers";

let cloudflare: BillingSimulator;

beforeAll(async () => {
  cloudflare = await startSimulator();
  cloudflare.fault({ kind: "delay", ms: 50, times: Number.POSITIVE_INFINITY });
});
afterAll(() => cloudflare.close());

describe.each(PROVIDERS.map((name, provider) => ({ name, provider })))(
  "100 resources at once through $name",
  ({ name, provider }) => {
    it("are all created, each request with the credential, though the first calls race the configuration", async () => {
      const seen = cloudflare.requests.length;
      const process = await openProvider(name, { apiToken: cloudflare.apiToken, baseUrl: cloudflare.url });
      try {
        const resources = Array.from(
          { length: 100 },
          (_, row) => new Resource(accountOf(provider, row), DECLARED, null),
        );
        await Promise.all(resources.flatMap((one) => [one.create(process), process.check(one.inputs)]));
        const requests = cloudflare.requests
          .slice(seen)
          .map(({ auth, method, status }) => `${auth} ${method} ${status}`);
        expect(requests.sort()).toEqual([...Array(100).fill("token GET 200"), ...Array(100).fill("token POST 200")]);
        expect(resources.map(({ state }) => state)).toEqual(
          resources.map(({ account }) => storedState(account, DECLARED)),
        );
      } finally {
        await process.stop();
      }
    });
  },
);

function accountOf(provider: number, row: number): string {
  return `${provider}${row.toString(16).padStart(2, "0")}`.padEnd(32, "a");
}
