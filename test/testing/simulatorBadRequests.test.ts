// What the billing simulator refuses whoever asks: values, bodies and paths.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { BadRequestError, NotFoundError } from "cloudflare";
import fc from "fast-check";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { account, clientOf, config, otherAccount, rejection } from "./simulatorClient";

let simulator: BillingSimulator;

beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

describe("the simulator", () => {
  it("accepts exactly the integers from 1000 and 500 cents up", async () => {
    const client = clientOf(simulator);
    const cents = (minimum: number) =>
      fc.oneof(
        fc.integer({ min: minimum - 3, max: minimum + 3 }),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom<unknown>(null, undefined, true, "1000", {}, [], [1000]),
      );
    const valid = (value: unknown, minimum: number) => Number.isSafeInteger(value) && Number(value) >= minimum;
    await fc.assert(
      fc.asyncProperty(cents(1000), cents(500), async (amount, threshold) => {
        simulator.setConfig(account, null);
        const body = { amount, threshold };
        const sent = client.post(`/accounts/${account}/ai-gateway/billing/topup/config`, { body });
        if (valid(amount, 1000) && valid(threshold, 500)) {
          await sent;
          expect(simulator.config(account)).toEqual(body);
        } else {
          expect(await rejection(sent)).toBeInstanceOf(BadRequestError);
          expect(simulator.config(account)).toBeNull();
        }
      }),
    );
  });

  it.each([
    [1000, 500, 200],
    [999, 500, 400],
    [1000, 499, 400],
    [1000.5, 500, 400],
    [1000, 500.5, 400],
  ])("answers an amount of %d with a threshold of %d with %d", async (amount, threshold, status) => {
    const body = { amount, threshold };
    const sent = clientOf(simulator).post(`/accounts/${account}/ai-gateway/billing/topup/config`, { body });
    await Promise.allSettled([sent]);
    expect(simulator.requests).toMatchObject([{ body, status }]);
  });

  it("names every value that is wrong, and what is wrong with it", async () => {
    const body = { amount: "1000", threshold: 499 };
    const failure = await rejection(
      clientOf(simulator).post(`/accounts/${account}/ai-gateway/billing/topup/config`, { body }),
    );
    expect(failure).toMatchObject({
      status: 400,
      errors: [
        { code: 7001, message: "amount: Expected number, received string" },
        { code: 7001, message: "threshold: Number must be greater than or equal to 500" },
      ],
    });
  });

  it("answers 400 to a body that is not JSON, and records its text", async () => {
    const failure = await rejection(
      clientOf(simulator).post(`/accounts/${account}/ai-gateway/billing/topup/config`, {
        body: "{amount:",
        headers: { "content-type": "application/json" },
      }),
    );
    expect(failure).toMatchObject({ status: 400, errors: [{ code: 6007 }] });
    expect(simulator.requests[0]?.body).toBe("{amount:");
  });

  it.each([
    ["an account id that is not well-formed", "/accounts/abc/ai-gateway/billing/topup/config"],
    ["a path under an account that leads nowhere", `/accounts/${account}/ai-gateway/billing/nowhere`],
    ["a path without an account", "/user/tokens/verify"],
  ])("answers 404 with code 7003 to %s", async (_, path) => {
    const failure = await rejection(clientOf(simulator).get(path));
    expect(failure).toBeInstanceOf(NotFoundError);
    expect(failure).toMatchObject({ errors: [{ code: 7003 }, { code: 7000 }] });
  });

  it("answers 404 to a method that the endpoint does not have", async () => {
    const path = `/accounts/${account}/ai-gateway/billing/topup/config`;
    expect(await rejection(clientOf(simulator).put(path))).toBeInstanceOf(NotFoundError);
  });

  it("knows only the listed accounts if it is given a list", async () => {
    const two = await startSimulator({ accounts: [account.toUpperCase()] });
    const api = config(clientOf(two));
    await api.get({ account_id: account });
    expect(await rejection(api.get({ account_id: otherAccount }))).toMatchObject({
      status: 404,
      errors: [{ code: 7003 }, {}],
    });
    await two.close();
  });

  it("refuses to set up an account whose id is malformed", () => {
    expect(() => simulator.setConfig("abc", null)).toThrow("'abc' is not an account id");
  });
});
