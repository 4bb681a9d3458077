// Arbitrary calls of both providers' real processes over gRPC. Whatever they are sent, they go on answering, in readable messages, and send
// Cloudflare nothing but what was declared.
import { afterAll, beforeAll, describe } from "@jest/globals";
import fc from "fast-check";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { CallError } from "../support/callError";
import { DynamicHost } from "../support/dynamicHost";
import { grpc } from "../support/engineLog";
import { Plugin } from "../support/plugin";
import { PROVIDER } from "../support/providers";
import { lies } from "./answers";
import { declaredBy, unasked } from "./money";
import { flawsOf, holds, outcomeOf } from "./property";
import { amounts, hostileText, inputs, type Properties, state, unsigned } from "./values";

// Nothing that is tried again: a process waits half a second and more before it does.
const STATUSES = [200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 418];
const LIFE = ["check", "diff", "create", "update", "read", "delete"] as const;
// Not cancel, after which every request is refused, and not configure, which could name an address that is not the simulator's.
const OF_PLUGIN = [...LIFE, "preview", "checkConfig", "diffConfig", "getAutoTopupConfig", "getCreditBalance"] as const;
const READING = ["read", "getAutoTopupConfig", "getCreditBalance"];

let cloudflare: BillingSimulator;
let plugin: Plugin;
let host: DynamicHost;

beforeAll(async () => {
  cloudflare = await startSimulator();
  [plugin, host] = await Promise.all([Plugin.start(), DynamicHost.start({}, { light: true })]);
  const { apiToken, url } = cloudflare;
  await plugin.configure({ apiToken, baseUrl: url });
  await host.configure({ "cloudflare:apiToken": apiToken, "cloudflare:baseUrl": url });
});
afterAll(async () => {
  await Promise.all([plugin.stop(), host.stop(), cloudflare.close()]);
});

const parts = {
  name: fc.oneof(fc.constant("credits"), hostileText),
  olds: state.map((value): Properties => Object(value)),
  news: inputs,
  live: fc.option(amounts),
  told: fc.oneof(fc.constant([]), lies(STATUSES)),
};
const calls = fc.oneof(
  fc.record({ isPlugin: fc.constant(true), method: fc.constantFrom(...OF_PLUGIN), ...parts }),
  fc.record({ isPlugin: fc.constant(false), method: fc.constantFrom(...LIFE), ...parts }),
);

describe("both providers' processes", () => {
  holds("go on answering whatever they are sent, and whatever Cloudflare answers them", 250, calls, async (call) => {
    const { isPlugin, method, name, live, told } = call;
    const provider = isPlugin ? plugin : host;
    const sent = (values: Properties) => (isPlugin ? values : { ...values, __provider: PROVIDER });
    const [olds, news] = [sent(call.olds), sent(call.news)];
    const id = typeof news.accountId === "string" ? news.accountId : name;
    cloudflare.reset();
    if (/^[0-9a-f]{32}$/i.test(id)) cloudflare.setConfig(id, live);
    for (const lie of told) cloudflare.fault(lie);
    provider.name = name;
    const lines = provider.log.length;
    const work: Record<typeof method, () => Promise<unknown>> = {
      check: () => provider.check(news, olds),
      diff: () => provider.diff(id, olds, news),
      create: () => provider.create(news),
      update: () => provider.update(id, olds, news),
      read: () => provider.read(id, olds),
      delete: () => provider.delete(id, olds),
      preview: () => Promise.all([plugin.create(news, true), plugin.update(id, olds, news, true)]),
      checkConfig: () => plugin.checkConfig(news),
      diffConfig: () => plugin.diffConfig(olds, news),
      getAutoTopupConfig: () => plugin.invoke("getAutoTopupConfig", news),
      getCreditBalance: () => plugin.invoke("getCreditBalance", news),
    };
    const flaws = [...flawsIn(await outcomeOf(work[method])), ...provider.log.slice(lines).flatMap(flawsOf)];
    const isWrite = method === "create" || method === "update";
    if (!isWrite && method !== "delete" && !READING.includes(method) && cloudflare.requests.length > 0)
      flaws.push(`${method} makes a request`);
    // The plugin takes secrets and outputs, and what is in them.
    const plain = Object.entries(news).map(([key, value]) => [key, isPlugin ? unsigned(value) : value]);
    const declared = isWrite ? declaredBy(Object.fromEntries(plain)) : null;
    const found = method === "create" && told.length === 0 ? live : undefined;
    flaws.push(...unasked(cloudflare.requests, { declared, removed: method === "delete" ? id : null, found }));
    cloudflare.clearFaults();
    provider.name = "alive";
    return [...flaws, ...flawsIn(await outcomeOf(() => provider.check(sent({}))))];
  });
});

function flawsIn(outcome: Awaited<ReturnType<typeof outcomeOf>>): string[] {
  if ("hung" in outcome) return ["it hangs"];
  if ("value" in outcome) return [];
  const { error } = outcome;
  if (!(error instanceof CallError)) return [`not an answer: ${error}`];
  if (error.code === grpc.status.UNAVAILABLE) return [`it crashes: ${error.message}`];
  return error.code === grpc.status.UNKNOWN ? flawsOf(error.message) : [];
}
