// 100 resources at once while the configuration is still on its way. The SDK's host hands a provider to its resources before that
// provider's configure has returned; the engine waits for the plugin's.
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { DECLARED, Resource, storedState } from "../faults/resource";
import { DOORS, openDoor } from "../support/doors";

let cloudflare: BillingSimulator;

beforeAll(async () => {
  cloudflare = await startSimulator({ latencyMs: 50 });
});
afterAll(() => cloudflare.close());

describe.each(DOORS.map((name, door) => ({ name, door })))("100 resources at once through $name", ({ name, door }) => {
  it("are all created, each request with the credential, though the first calls race the configuration", async () => {
    const seen = cloudflare.requests.length;
    const process = await openDoor(name, { apiToken: cloudflare.apiToken, baseUrl: cloudflare.url });
    try {
      const resources = Array.from({ length: 100 }, (_, row) => new Resource(accountOf(door, row), DECLARED, null));
      await Promise.all(resources.flatMap((one) => [one.create(process), process.check(one.inputs)]));
      const requests = cloudflare.requests.slice(seen).map(({ auth, method, status }) => `${auth} ${method} ${status}`);
      expect(requests.sort()).toEqual([...Array(100).fill("token GET 200"), ...Array(100).fill("token POST 200")]);
      expect(resources.map(({ state }) => state)).toEqual(
        resources.map(({ account }) => storedState(account, DECLARED)),
      );
    } finally {
      await process.stop();
    }
  });
});

function accountOf(door: number, row: number): string {
  return `${door}${row.toString(16).padStart(2, "0")}`.padEnd(32, "a");
}
