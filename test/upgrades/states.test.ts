// A state that the real CLI stored with this version stays as it is: the present code reads it without a difference, finds nothing to change in
// it and asks Cloudflare for nothing but a read of each account. fixtures/<version>/program.js is the program that it was made from; what the
// states of other shapes come to is in broken.exhaustive.ts.
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  type BillingSimulator,
  type SimulatedConfig,
  type SimulatedHealth,
  startSimulator,
} from "../../provider/testing/simulator";
import type { Properties } from "../support/plugin";
import { openProvider, PROVIDER, PROVIDERS, type ProviderProcess } from "../support/providers";

interface Stored {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

const FILE = path.join(__dirname, "fixtures/0.2.0/cli.json");
const TEXT = readFileSync(FILE, "utf8");
// The engine decrypts before it calls a provider.
const STATE = JSON.parse(TEXT, (_, value) => (value?.ciphertext ? 7000 : value)) as {
  deployment: { resources: readonly Stored[] };
};
const TYPES = {
  "the dynamic provider": "pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig",
  "the plugin": "cloudflare-ai-gateway-billing:index:AutoTopupConfig",
};

let cloudflare: BillingSimulator;
beforeAll(async () => {
  cloudflare = await startSimulator();
});
afterAll(() => cloudflare.close());

describe.each(PROVIDERS)("the resources that %s has left in a state", (name) => {
  const resources = STATE.deployment.resources.filter(({ type }) => type === TYPES[name]);
  let provider: ProviderProcess;
  beforeAll(async () => {
    provider = await openProvider(name, { apiToken: cloudflare.apiToken, baseUrl: cloudflare.url });
  });
  afterAll(() => provider?.stop());

  it("are refreshed without a difference and previewed without a change (promise 5)", async () => {
    expect(resources).toHaveLength(7);
    for (const { id, outputs: stored, inputs: declared } of resources) {
      const [{ __provider, ...outputs }, { __provider: again, ...inputs }] = [stored, declared];
      expect([__provider, again]).toEqual(Array(2).fill(name === "the plugin" ? undefined : PROVIDER));
      arrange(id, outputs);
      expect(await provider.read(id, outputs)).toEqual({
        id,
        outs: outputs,
        inputs: { ...inputs, adopt: outputs.adopt },
      });
      expect((await provider.check(inputs)).inputs).toEqual(inputs);
      expect(await provider.diff(id, outputs, inputs)).toEqual({ changes: false, replaces: [] });
    }
    expect(cloudflare.requests.map(({ method }) => method)).toEqual(resources.map(() => "GET"));
    cloudflare.reset();
  });
});

describe("the kept state", () => {
  it("holds nothing secret in the clear, and no path of the machine that made it", () => {
    expect(TEXT).toContain('"ciphertext"');
    expect(TEXT).not.toContain("made-up-token-of-the-kept-states");
    expect(TEXT).not.toMatch(/"(\/|[A-Z]:\\|project:\/\/)/);
  });
});

/** Sets remotely what the state says of an account. */
function arrange(account: string, outputs: Properties): void {
  const { amount, threshold, error, disabledReason, lastFailedAt } = outputs as unknown as SimulatedConfig &
    SimulatedHealth;
  cloudflare.setConfig(account, outputs.enabled ? { amount, threshold } : null);
  cloudflare.setHealth(account, { error, disabledReason, lastFailedAt });
}
