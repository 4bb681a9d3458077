// What can be read of a run never holds a credential, whatever bad answer repeats it, as error pages and proxies do: both providers' real
// processes, one for each way to authenticate. test/fuzz holds that what others wrote is short and harmless.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, type Fault, startSimulator } from "../../provider/testing/simulator";
import { PROVIDERS } from "../support/providers";
import { CANARIES, credentialsOf, leaksIn, type Scheme } from "./canaries";
import { type OverheardProvider, overhear } from "./overhear";

const SCHEMES = ["token", "key"] as const;
const CASES = PROVIDERS.flatMap((provider) => SCHEMES.map((scheme) => [provider, scheme] as const));
const folder = mkdtempSync(path.join(tmpdir(), "auto-topup-secrets-"));

type Answer = Pick<Extract<Fault, { kind: "raw" }>, "status" | "body" | "headers">;

const json = (body: object) => JSON.stringify({ success: false, errors: [], messages: [], result: null, ...body });
const reason = (message: string) => json({ errors: [{ code: 1, message }] });
const remote = { amount: 5000, threshold: 1000 };

/** Every character as JSON may write it, which a search for the credential itself does not find. */
const escaped = (text: string) =>
  [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");

/** Answers to a GET that repeat a credential; MARK proves in what is shown that the answer was read. */
const ECHOES: Record<string, (secret: string) => Answer> = {
  "a reason": (secret) => ({ status: 400, body: reason(`MARK ${secret}`) }),
  "a page": (secret) => ({ status: 400, body: `MARK ${secret}` }),
  "an unexpected result": (secret) => ({ status: 200, body: json({ success: true, result: { MARK: secret } }) }),
  "a remark": (secret) => ({
    status: 200,
    body: json({ success: true, messages: [{ code: 1, message: `MARK ${secret}` }], result: remote }),
  }),
  "a report of failed top-ups": (secret) => ({
    status: 200,
    body: json({ success: true, result: { ...remote, error: `MARK ${secret}`, disabledReason: secret } }),
  }),
  "a page of the edge": (secret) => ({ status: 403, body: `<html>MARK Authorization: Bearer ${secret}</html>` }),
  "a refusal with status 200": (secret) => ({ status: 200, body: reason(`MARK ${secret}`) }),
  "escaped JSON": (secret) => ({ status: 200, body: reason("MARK SECRET").replace("SECRET", escaped(secret)) }),
  "a request id": (secret) => ({ status: 404, headers: { "cf-ray": secret }, body: "MARK" }),
  "a page that is cut in the middle of it": (secret) => ({ status: 400, body: `MARK${"x".repeat(112)}${secret}` }),
};

let cloudflare: BillingSimulator;
const opened = new Map<string, OverheardProvider>();

beforeAll(async () => {
  cloudflare = await startSimulator(CANARIES);
  const opening = CASES.map(async ([provider, scheme]) => {
    const key = `${provider} ${scheme}`;
    const settings = { ...credentialsOf(scheme), baseUrl: cloudflare.url };
    opened.set(key, await overhear(provider, settings, path.join(folder, key)));
  });
  await Promise.all(opening);
});
afterAll(async () => {
  await Promise.all([...opened.values()].map((provider) => provider.stop()));
  await cloudflare.close();
  rmSync(folder, { recursive: true, force: true });
});

function providerOf(provider: string, scheme: Scheme): OverheardProvider {
  const open = opened.get(`${provider} ${scheme}`);
  if (!open) throw new Error(`${provider} was not opened.`);
  return open;
}

let accounts = 0;
function newAccount(): string {
  accounts += 1;
  return accounts.toString(16).padStart(32, "0");
}

describe.each(CASES)("through %s with a %s", (name, scheme) => {
  const secrets = Object.entries(credentialsOf(scheme));
  const echoes = Object.entries(ECHOES).flatMap(([what, answer]) =>
    secrets.map(([setting, secret]) => [what, setting, answer(secret)] as const),
  );

  it.each(echoes)("reports %s that repeats the %s without it", async (_what, _setting, answer) => {
    const [provider, accountId] = [providerOf(name, scheme), newAccount()];
    cloudflare.fault({ kind: "raw", accountId, ...answer });
    provider.said();
    const { outcome } = await provider.read(accountId);
    const seen = [outcome, ...provider.said()].join("\n");
    expect(seen).toContain("MARK");
    expect(leaksIn(seen)).toEqual([]);
  });

  it("shows it neither after a refused login nor after a lost connection", async () => {
    const [provider, refused, lost] = [providerOf(name, scheme), newAccount(), newAccount()];
    cloudflare.fault({ kind: "envelope", accountId: refused, status: 401 });
    cloudflare.fault({ kind: "reset", accountId: lost, times: 3 });
    const shown = await Promise.all([provider.create(refused), provider.read(lost)]);
    expect(shown.map(({ failed }) => failed)).toEqual([true, true]);
    expect(leaksIn([...shown.map(({ outcome }) => outcome), ...provider.said()].join("\n"))).toEqual([]);
  });
});
