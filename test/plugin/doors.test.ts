// Both front doors play the same lifecycles with equal results: the dynamic provider in the SDK's own host, and the plugin's
// executable, each as a process over gRPC against one simulator. All lifecycles share one run of each.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { methods } from "../support/core";
import { DynamicHost } from "../support/dynamicHost";
import { type Door, LIFECYCLES, type Properties } from "../support/lifecycles";
import { Plugin } from "../support/plugin";

const provider = { __provider: 'exports.handler=()=>require("pulumi-cloudflare-ai-gateway-billing/dynamic")' };

let cloudflare: BillingSimulator;
let host: DynamicHost;
let plugin: Plugin;
const doors: Door[] = [];

beforeAll(async () => {
  cloudflare = await startSimulator();
  [host, plugin] = await Promise.all([DynamicHost.start(), Plugin.start()]);
  const { apiToken, url } = cloudflare;
  await host.configure({ "cloudflare:apiToken": apiToken, "cloudflare:baseUrl": url });
  await plugin.configure({ apiToken, baseUrl: url });
  doors.push(dynamicDoor(host), plugin);
});
beforeEach(() => cloudflare.reset());
afterAll(async () => {
  await Promise.all([host?.stop(), plugin?.stop()]);
  await cloudflare.close();
});

describe.each([
  ["the dynamic provider", 0],
  ["the plugin", 1],
])("through %s", (_, index) => {
  it.each(LIFECYCLES.map((lifecycle, row) => ({ ...lifecycle, row })))(
    "$name",
    async ({ play, result, requests, row }) => {
      const door = doors[index];
      if (!door) throw new Error("This door was not opened.");
      const account = accountOf(row, index);
      const played = await play({ door, cloudflare, account, other: accountOf(row, index + 2) });
      expect(JSON.parse(JSON.stringify(played).replaceAll(account, "ACCOUNT"))).toEqual(result);
      expect(methods(cloudflare)).toBe(requests);
    },
  );
});

function accountOf(row: number, index: number): string {
  return `${index}${row.toString(16).padStart(2, "0")}`.padEnd(32, "abc");
}

/** The host needs `__provider` in whatever it is sent, and sends it back with everything. */
function dynamicDoor(host: DynamicHost): Door {
  const sent = (values: Properties) => ({ ...values, ...provider });
  const bare = ({ __provider, ...values }: Properties) => values;
  return {
    name: "",
    get log() {
      return host.log;
    },
    check: async (news) => {
      const { inputs, failures } = await host.check(sent(news));
      return { inputs: bare(inputs), failures };
    },
    diff: (id, olds, news) => host.diff(id, sent(olds), sent(news)),
    create: async (news) => {
      const { id, outs } = await host.create(sent(news));
      return { id, outs: bare(outs) };
    },
    update: async (id, olds, news) => bare(await host.update(id, sent(olds), sent(news))),
    read: async (id, props) => {
      const { outs, inputs, ...rest } = await host.read(id, sent(props));
      return { ...rest, outs: bare(outs), inputs: bare(inputs) };
    },
    delete: (id, props) => host.delete(id, sent(props)),
  };
}
