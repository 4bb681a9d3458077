// Who may call the billing simulator, as the official SDK sees it with tokens and keys, right and wrong.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { AuthenticationError, BadRequestError, PermissionDeniedError } from "cloudflare";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { account, clientOf, config, rejection } from "./simulatorClient";

let simulator: BillingSimulator;
const declared = { account_id: account, amount: 5000, threshold: 1000 };

beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => {
  simulator.reset();
  simulator.dashboardOnly = false;
});
afterAll(() => simulator.close());

describe("the simulator", () => {
  const authenticationError = [{ code: 10000, message: "Authentication error" }];
  const key = () => ({ apiToken: null, apiKey: simulator.apiKey, apiEmail: simulator.email });

  it("lets the Global API Key with its email do everything", async () => {
    const api = config(clientOf(simulator, key()));
    await api.create(declared);
    await api.get({ account_id: account });
    await api.delete({ account_id: account });
    expect(simulator.requests.map(({ auth, status }) => [auth, status])).toEqual(Array(3).fill(["key", 200]));
  });

  it.each([
    ["no credential", () => ({ apiToken: null })],
    ["an unknown token", () => ({ apiToken: "unknown" })],
    ["a wrong key", () => ({ ...key(), apiKey: "wrong" })],
    ["another user's email", () => ({ ...key(), apiEmail: "somebody@else.invalid" })],
    ["a key without an email", () => ({ ...key(), apiEmail: null })],
    ["a wrong token beside the right key", () => ({ ...key(), apiToken: "unknown" })],
  ])("answers 401 with code 10000 to %s", async (_, credentials) => {
    const failure = await rejection(config(clientOf(simulator, credentials())).get({ account_id: account }));
    expect(failure).toBeInstanceOf(AuthenticationError);
    expect(failure).toMatchObject({ status: 401, errors: authenticationError });
  });

  it("answers 400 with the cause one level down to an Authorization header that is not a bearer token", async () => {
    const client = clientOf(simulator, { apiToken: null, defaultHeaders: { Authorization: "Basic abc" } });
    const failure = await rejection(config(client).get({ account_id: account }));
    expect(failure).toBeInstanceOf(BadRequestError);
    expect(failure).toMatchObject({ errors: [{ code: 6003, error_chain: [{ code: 6111 }] }] });
  });

  it("lets the read-only token read, and answers its writes with 403", async () => {
    const api = config(clientOf(simulator, { apiToken: simulator.readOnlyToken }));
    simulator.setConfig(account, { amount: 5000, threshold: 1000 });
    expect(await api.get({ account_id: account })).toMatchObject({ amount: 5000 });
    for (const failure of [
      await rejection(api.create(declared)),
      await rejection(api.delete({ account_id: account })),
    ]) {
      expect(failure).toBeInstanceOf(PermissionDeniedError);
      expect(failure).toMatchObject({ status: 403, errors: authenticationError });
    }
    expect(simulator.changes(account)).toBe(0);
  });

  it("answers writes of tokens and keys with 403, and reads as before, if only the dashboard may write", async () => {
    simulator.dashboardOnly = true;
    simulator.setConfig(account, { amount: 5000, threshold: 1000 });
    for (const client of [clientOf(simulator), clientOf(simulator, key())]) {
      expect(await config(client).get({ account_id: account })).toMatchObject({ amount: 5000 });
      expect(await rejection(config(client).create(declared))).toBeInstanceOf(PermissionDeniedError);
      expect(await rejection(config(client).delete({ account_id: account }))).toBeInstanceOf(PermissionDeniedError);
    }
    expect(simulator.config(account)).toEqual({ amount: 5000, threshold: 1000 });
  });

  it("starts as dashboard-only if a test asks for it", async () => {
    const dashboard = await startSimulator({ dashboardOnly: true });
    expect(dashboard.dashboardOnly).toBe(true);
    expect(await rejection(config(clientOf(dashboard)).create(declared))).toBeInstanceOf(PermissionDeniedError);
    await dashboard.close();
  });

  it("accepts the new token after a rotation, and refuses the old one", async () => {
    simulator.acceptToken("rotated");
    simulator.revokeToken(simulator.apiToken);
    await config(clientOf(simulator, { apiToken: "rotated" })).create(declared);
    expect(await rejection(config(clientOf(simulator)).get({ account_id: account }))).toBeInstanceOf(
      AuthenticationError,
    );
  });

  it("leaves no trace of any credential in the records", async () => {
    await config(clientOf(simulator)).create(declared);
    await config(clientOf(simulator, key())).get({ account_id: account });
    await rejection(config(clientOf(simulator, { apiToken: "canary-token" })).get({ account_id: account }));
    const records = JSON.stringify(simulator.requests);
    expect(simulator.requests).toHaveLength(3);
    for (const secret of [simulator.apiToken, simulator.apiKey, simulator.email, "canary-token"]) {
      expect(records).not.toContain(secret);
    }
  });
});
