// What can be read of a run never holds a credential, and what Cloudflare sent is short and harmless in it: both providers' real processes, one
// for each way to authenticate.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { flawsOf } from "../fuzz/property";
import { PROVIDERS } from "../support/providers";
import { CANARIES, credentialsOf, leaksIn, type Scheme } from "./canaries";
import { ECHOES, HOSTILE, HOSTILE_TEXTS } from "./echoes";
import { type OverheardProvider, overhear } from "./overhear";

const SCHEMES = ["token", "key"] as const;
const CASES = PROVIDERS.flatMap((provider) => SCHEMES.map((scheme) => [provider, scheme] as const));
const folder = mkdtempSync(path.join(tmpdir(), "auto-topup-secrets-"));

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

describe.each(PROVIDERS)("%s", (name) => {
  const rows = Object.entries(HOSTILE_TEXTS).flatMap(([kind, text]) =>
    Object.entries(HOSTILE).map(([what, answer]) => [what, kind, answer(text)] as const),
  );

  it.each(rows)("reports %s with %s in short and in plain characters", async (_what, _kind, answer) => {
    const [provider, accountId] = [providerOf(name, "token"), newAccount()];
    cloudflare.fault({ kind: "raw", accountId, ...answer });
    provider.said();
    const { outcome, failed } = await provider.read(accountId);
    const lines = provider.said();
    expect(outcome + lines.join("\n")).toContain("MARK");
    expect([failed ? outcome : "shown", ...lines].flatMap(flawsOf)).toEqual([]);
    // Our own message takes two lines: what happened, and what to do next.
    expect(failed ? outcome.split("\n").length : 2).toBe(2);
    expect(outcome.length).toBeLessThan(2500);
  });

  it("does not flood the terminal with a thousand remarks", async () => {
    const [provider, accountId] = [providerOf(name, "token"), newAccount()];
    const messages = Array.from({ length: 1000 }, (_, code) => ({ code, message: "flooding" }));
    cloudflare.fault({ kind: "envelope", accountId, messages, result: { amount: 5000, threshold: 1000 } });
    provider.said();
    await provider.read(accountId);
    const shown = provider.said().filter((line) => line.startsWith("INFO") && line.includes("flooding"));
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.length).toBeLessThanOrEqual(10);
  });
});
