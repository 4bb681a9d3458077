// A credential that cannot be sent is refused in a message that does not hold it, before anything is sent: both providers' processes.
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { flawsOf } from "../fuzz/property";
import { declared } from "../support/core";
import { DynamicHost } from "../support/dynamicHost";
import { Plugin } from "../support/plugin";
import { PROVIDER } from "../support/providers";
import { failureOf } from "../support/rejection";
import { CANARIES, leaksIn } from "./canaries";

const { apiToken, apiKey, email } = CANARIES;
const UNUSABLE: Record<string, Record<string, string>> = {
  "a token with a space": { apiToken: `${apiToken} and more` },
  "a token with a line break": { apiToken: `${apiToken}\nX-Other: header` },
  "a token with a null character": { apiToken: `${apiToken}\u0000` },
  "a token in letters that a header cannot hold": { apiToken: `${apiToken}\u00e9\u{1f600}` },
  "a key with a tab": { apiKey: `${apiKey}\t${apiKey}`, email },
  "a key without its email": { apiKey },
  "an email without its key": { email },
  "an email with a line break": { apiKey, email: `${email}\r\nX-Auth-Key: other` },
  "an address that holds a credential": { apiToken, baseUrl: `https://me:${apiKey}@api.cloudflare.com` },
  "an address without encryption": { apiToken, baseUrl: `http://${apiKey}.example` },
  "a limit that was given the token": { apiToken, timeoutSeconds: apiToken },
  "a cap that was given the token": { apiToken, maxAmount: apiToken },
};
const label = (name: string) =>
  `${["timeoutSeconds", "maxAmount"].includes(name) ? "cloudflare-ai-gateway-billing" : "cloudflare"}:${name}`;
const inputs = { ...declared, enabled: true, adopt: false };

let cloudflare: BillingSimulator;
let host: DynamicHost;
let plugin: Plugin;

beforeAll(async () => {
  cloudflare = await startSimulator(CANARIES);
  [host, plugin] = await Promise.all([DynamicHost.start({}, { light: true }), Plugin.start()]);
});
afterAll(async () => {
  await Promise.all([host?.stop(), plugin?.stop()]);
  await cloudflare.close();
});

it.each(Object.entries(UNUSABLE))("%s is refused by either provider without being shown", async (name, values) => {
  const settings = { baseUrl: cloudflare.url, ...values };
  await plugin.configure(settings);
  const { failures } = await plugin.checkConfig(settings);
  await host.configure(Object.fromEntries(Object.entries(settings).map(([key, value]) => [label(key), value])));
  // The host configures a provider once, and knows providers apart by their source.
  const __provider = `${PROVIDER}//${name}`;
  const refusals = [await failureOf(plugin.create(inputs)), await failureOf(host.create({ ...inputs, __provider }))];
  const shown = [...refusals, ...failures, ...plugin.log, plugin.stderr, ...host.log, host.stderr].filter(Boolean);
  expect(shown.flatMap((text) => [...leaksIn(text), ...flawsOf(text)])).toEqual([]);
  expect(cloudflare.requests).toEqual([]);
});
