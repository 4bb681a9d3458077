// A whole run with secret configuration leaves no credential behind: not in the state file, not in what is printed, not in the debug
// log, and not in any process's arguments while a request is under way.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, describe, expect, it } from "@jest/globals";
import { AMOUNTS, openPlayground, type Playground } from "../support/play";
import { CANARIES, leaksIn } from "./canaries";
import { argumentsOfAll } from "./processes";

const folder = mkdtempSync(path.join(tmpdir(), "auto-topup-secrets-"));
const PROCESSES = ["cmd/dynamic-provider", "pulumi-resource-cloudflare-ai-gateway-billing", "cmd/run"];
const LEFT_OUT = "left out: the arguments of processes, which only Linux shows in /proc\n";

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** All processes' arguments while a first request of each account is unanswered. */
async function argumentsDuring(
  { cloudflare }: Playground,
  accounts: string[],
  run: Promise<unknown>,
): Promise<string[] | null> {
  const ids = accounts.map((account) => account.repeat(16));
  let over = false;
  void run.finally(() => {
    over = true;
  });
  while (!over) {
    const held = ids.map((id) => cloudflare.requests.find(({ accountId }) => accountId === id));
    if (held.every((request) => request !== undefined)) {
      const found = argumentsOfAll();
      if (held.some((request) => request?.status !== null)) throw new Error("A request was answered too early.");
      return found;
    }
    await setTimeout(20);
  }
  throw new Error(`The run ended before all were asked about: ${JSON.stringify(await run)}`);
}

const SECRETS = ["cloudflare", "cloudflare-ai-gateway-billing"].flatMap((namespace) =>
  Object.entries(CANARIES).map(([name, secret]) => [`${namespace}:${name}`, { secret }]),
);
// Both providers in one program: the run takes seconds.
const PROGRAM = `const dynamic = require("pulumi-cloudflare-ai-gateway-billing");
  for (const [provider, Topup] of Object.entries({ a: dynamic.AutoTopupConfig, b: AutoTopupConfig })) {
    const account = (digit) => (digit + provider).repeat(16);
    new Topup(provider + "-held", { accountId: account("0"), ${AMOUNTS} });
    new Topup(provider + "-echoed", { accountId: account("1"), ${AMOUNTS} });
  }`;

describe("a run through both providers", () => {
  it("keeps token, key and email out of everything that can be read, even where Cloudflare repeats them (promise 3)", async () => {
    const ground = await openPlayground("the plugin");
    try {
      const { cloudflare } = ground;
      cloudflare.acceptToken(CANARIES.apiToken);
      const files = { state: path.join(folder, "state.json"), log: path.join(folder, "log") };
      const env = { CLOUDFLARE_AI_GATEWAY_BILLING_LOG: files.log, CLOUDFLARE_BASE_URL: cloudflare.url };
      const stack = ground.open({ config: Object.fromEntries(SECRETS), stateFile: files.state, env });
      ground.declare(PROGRAM);
      for (const provider of ["a", "b"]) {
        // No failure, which would end the run before the other provider was asked.
        const messages = [{ code: 1, message: `MARK-${provider} Bearer ${CANARIES.apiToken}` }];
        const result = { amount: 5000, threshold: 1000 };
        cloudflare.fault({ kind: "delay", accountId: `0${provider}`.repeat(16), ms: 3000 });
        cloudflare.fault({ kind: "envelope", accountId: `1${provider}`.repeat(16), messages, result });
      }
      const running = stack.up();
      const seen = await argumentsDuring(ground, ["0a", "0b"], running);
      const run = await running;

      const [state, log] = [readFileSync(files.state, "utf8"), readFileSync(files.log, "utf8")];
      const shown = JSON.stringify([run.lines, run.diagnostics, run.steps, run.outputs]);
      const echoed = ["MARK-a", "MARK-b"].map((mark) => shown.includes(mark) && log.includes(mark));
      expect([...echoed, state.includes('"ciphertext"')]).toEqual([true, true, true]);
      expect(leaksIn([shown, state, log].join("\n"))).toEqual([]);
      if (seen === null) return void process.stderr.write(LEFT_OUT);
      expect(PROCESSES.filter((one) => !seen.some((line) => line.includes(one)))).toEqual([]);
      expect(seen.flatMap(leaksIn)).toEqual([]);
    } finally {
      await ground.close();
    }
  });
});
