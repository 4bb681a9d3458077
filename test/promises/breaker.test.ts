// The promise about runaways: what was charged can be counted, a runaway raises an alarm, and the breaker keeps auto top-up off. The command and
// the breaker's script are real; a stand-in plays `pulumi`. examples-ci/breaker.exhaustive.ts has the whole story.
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { ACCOUNT, type Checkout, openCheckout } from "../examples-ci/breakerCheckout";
import { runAway } from "../watch/watchCommand";

let checkout: Checkout;
let cloudflare: BillingSimulator;

beforeAll(async () => {
  cloudflare = await startSimulator();
  cloudflare.setBalance(ACCOUNT, { balance: 5000 });
  checkout = await openCheckout(null, cloudflare);
});
afterAll(async () => {
  checkout.remove();
  await cloudflare.close();
});

it("a runaway is counted, raises an alarm, and is switched off until a person says otherwise (promise 21)", async () => {
  runAway(cloudflare, ACCOUNT);
  const breaker = "node breaker.mjs --max-charges 5/1h --max-charges 20/24h";
  const tripped = await checkout.shell(breaker);
  expect([tripped.exitCode, cloudflare.config(ACCOUNT)]).toEqual([4, null]);
  expect(tripped.output).toContain(`alarm: account ${ACCOUNT}: 12 charges in 1 hour; the limit is 5 charges`);
  const again = await checkout.shell(breaker);
  expect([again.exitCode, again.output]).toEqual([
    0,
    expect.stringContaining("stays off until a person says otherwise"),
  ]);
  expect(await checkout.shell("pulumi up --yes --stack production")).toMatchObject({ exitCode: 0 });
  expect(cloudflare.config(ACCOUNT)).toBeNull();
});

it("auto top-up that comes back on and charges is switched off again, although the state says off (promise 28)", async () => {
  cloudflare.setConfig(ACCOUNT, { amount: 5000, threshold: 1000 });
  expect(await checkout.shell("node breaker.mjs --max-charges 5/1h")).toMatchObject({ exitCode: 4 });
  expect(cloudflare.config(ACCOUNT)).toBeNull();
});
