import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { readCreditBalance, readTopupConfig } from "../../provider/topup/functions";
import { account, methods, openApi } from "../support/core";

let simulator: BillingSimulator;

beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const healthy = { error: null, disabledReason: null, lastFailedAt: null };

it("a read of auto top-up that is set returns its amounts, with 1 request", async () => {
  simulator.setConfig(account, { amount: 5000, threshold: 1000 });
  const read = await readTopupConfig(openApi(simulator).api, account);
  expect(read).toEqual({ accountId: account, isSet: true, amount: 5000, threshold: 1000, ...healthy });
  expect(methods(simulator)).toBe("GET");
});

it("a read of auto top-up that is not set returns nulls, whether Cloudflare says zeros or nulls", async () => {
  const { api } = openApi(simulator);
  const expected = { accountId: account, isSet: false, amount: null, threshold: null, ...healthy };
  expect([await readTopupConfig(api, account), await readTopupConfig(api, account)]).toEqual([expected, expected]);
});

it("a read of the credits returns them and what pays for them, with 1 request", async () => {
  simulator.setBalance(account, { balance: 12.34 });
  expect(await readCreditBalance(openApi(simulator).api, account)).toEqual({
    accountId: account,
    balance: 12.34,
    hasDefaultPaymentMethod: true,
    paymentMethodBrand: "visa",
    paymentMethodLast4: "4242",
    firstTopupSucceeded: true,
  });
  expect(methods(simulator)).toBe("GET");
});
