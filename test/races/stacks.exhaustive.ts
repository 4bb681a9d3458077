// Two stacks that declare one account and set it at the very same moment. Each stack is a provider process of its own, through either provider.
// What a stack does about values that are set already is the rules', whoever set them: test/support/lifecycles.ts has it.
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { BEFORE, DECLARED, Resource } from "../faults/resource";
import { methods } from "../support/core";
import { openProvider, PROVIDERS, type ProviderProcess } from "../support/providers";

let cloudflare: BillingSimulator;
let stacks: (readonly ProviderProcess[])[] = [];

beforeAll(async () => {
  cloudflare = await startSimulator();
  const open = () =>
    PROVIDERS.map((name) => openProvider(name, { apiToken: cloudflare.apiToken, baseUrl: cloudflare.url }));
  stacks = await Promise.all([Promise.all(open()), Promise.all(open())]);
});
beforeEach(() => cloudflare.reset());
afterAll(async () => {
  await Promise.all(stacks.flat().map((provider) => provider.stop()));
  await cloudflare.close();
});

const pairs = PROVIDERS.flatMap((first, one) => PROVIDERS.map((second, other) => ({ first, second, one, other })));

it.each(pairs)(
  "the API cannot see that they differ, through $first and $second: the later write counts, and the other's refresh shows it",
  async ({ one, other }) => {
    const account = `${one}${other}`.padStart(32, "b");
    cloudflare.fault({ kind: "delay", ms: 300, accountId: account, method: "GET", times: 2 });
    const both = [
      { resource: new Resource(account, DECLARED, null), provider: stacks[0]?.[one] as ProviderProcess },
      { resource: new Resource(account, BEFORE, null), provider: stacks[1]?.[other] as ProviderProcess },
    ];
    await Promise.all(both.map(({ resource, provider }) => resource.up(provider)));
    expect(methods(cloudflare)).toBe("GET GET POST POST");
    const remote = cloudflare.config(account) ?? {};
    expect(cloudflare.requests.at(-1)?.body).toEqual(remote);
    await Promise.all(both.map(({ resource, provider }) => resource.refresh(provider)));
    expect(both.map(({ resource }) => resource.state)).toEqual(Array(2).fill(expect.objectContaining(remote)));
  },
);
