// Two that change one account: two stacks that declare it, and a stack beside somebody in the dashboard. Each stack is a provider
// process of its own, through either provider.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { BEFORE, DECLARED, Resource, storedState } from "../faults/resource";
import { methods } from "../support/core";
import { openProvider, PROVIDERS, type ProviderName, type ProviderProcess } from "../support/providers";
import { failureOf } from "../support/rejection";

const DASHBOARD = { amount: 9900, threshold: 900 };

let cloudflare: BillingSimulator;
let account: string;
let count = 0;
const stacks: Record<"one" | "other", ProviderProcess[]> = { one: [], other: [] };

beforeAll(async () => {
  cloudflare = await startSimulator();
  const open = (name: ProviderName) => openProvider(name, { apiToken: cloudflare.apiToken, baseUrl: cloudflare.url });
  [stacks.one, stacks.other] = await Promise.all([Promise.all(PROVIDERS.map(open)), Promise.all(PROVIDERS.map(open))]);
});
beforeEach(() => {
  cloudflare.reset();
  account = (count++).toString(16).padStart(32, "b");
});
afterAll(async () => {
  await Promise.all([...stacks.one, ...stacks.other].map((provider) => provider.stop()));
  await cloudflare.close();
});

function providerOf(stack: "one" | "other", name: ProviderName): ProviderProcess {
  const provider = stacks[stack][PROVIDERS.indexOf(name)];
  if (!provider) throw new Error(`${name} was not opened.`);
  return provider;
}

const pairs = PROVIDERS.flatMap((first) => PROVIDERS.map((second) => ({ first, second })));

describe.each(pairs)("two stacks that declare one account, through $first and $second", ({ first, second }) => {
  it("with other values: the second create is refused, shows both values, and changes nothing", async () => {
    await new Resource(account, DECLARED, null).up(providerOf("one", first));
    const late = new Resource(account, BEFORE, null);
    const message = await failureOf(late.up(providerOf("other", second)));
    expect(message).toContain(
      `Account ${account} already has auto top-up set, with other values than declared. Nothing was changed for this account.`,
    );
    expect(message).toContain("remote:    amount 5000 cents ($50.00), threshold 1000 cents ($10.00)");
    expect(message).toContain("declared:  amount 2000 cents ($20.00), threshold 700 cents ($7.00)");
    expect(late.state).toBeNull();
    expect([cloudflare.config(account), methods(cloudflare)]).toEqual([DECLARED, "GET POST GET"]);
  });

  it("with equal values: the second takes over what is set, and nothing is written again", async () => {
    await new Resource(account, DECLARED, null).up(providerOf("one", first));
    const late = new Resource(account, DECLARED, null);
    await late.up(providerOf("other", second));
    expect(late.state).toEqual(storedState(account, DECLARED));
    expect([cloudflare.changes(account), methods(cloudflare)]).toEqual([1, "GET POST GET"]);
  });

  it("at the very same moment: the API cannot see a difference, the later write counts, and the other's refresh shows it", async () => {
    cloudflare.fault({ kind: "delay", ms: 300, accountId: account, method: "GET", times: 2 });
    const [one, other] = [new Resource(account, DECLARED, null), new Resource(account, BEFORE, null)];
    await Promise.all([one.up(providerOf("one", first)), other.up(providerOf("other", second))]);
    expect(methods(cloudflare)).toBe("GET GET POST POST");
    const remote = cloudflare.config(account) ?? {};
    expect(cloudflare.requests.at(-1)?.body).toEqual(remote);
    await Promise.all([one.refresh(providerOf("one", first)), other.refresh(providerOf("other", second))]);
    expect([one.state, other.state]).toEqual([expect.objectContaining(remote), expect.objectContaining(remote)]);
  });
});

describe.each(PROVIDERS.map((name) => ({ name })))(
  "a change in the dashboard between preview and up, through $name",
  ({ name }) => {
    it("before a create: refused, since nobody has reviewed to overwrite it", async () => {
      const resource = await previewed(name, null);
      cloudflare.setConfig(account, DASHBOARD);
      expect(await failureOf(resource.up(providerOf("one", name)))).toContain("remote:    amount 9900 cents ($99.00)");
      expect([cloudflare.config(account), methods(cloudflare)]).toEqual([DASHBOARD, "GET"]);
    });

    it("before a create, to the declared values: taken over", async () => {
      const resource = await previewed(name, null);
      cloudflare.setConfig(account, DECLARED);
      await resource.up(providerOf("one", name));
      expect([resource.state, methods(cloudflare)]).toEqual([storedState(account, DECLARED), "GET"]);
    });

    it("before an update: overwritten by what was declared and reviewed, without a read and without a warning", async () => {
      const resource = await previewed(name, BEFORE);
      const said = providerOf("one", name).log.length;
      cloudflare.setConfig(account, DASHBOARD);
      await resource.up(providerOf("one", name));
      expect([cloudflare.config(account), methods(cloudflare)]).toEqual([DECLARED, "POST"]);
      expect(providerOf("one", name).log.slice(said)).toEqual([]);
    });

    it("before an up without changes: not seen, until a refresh shows it and the next up takes it back", async () => {
      const resource = await previewed(name, DECLARED);
      cloudflare.setConfig(account, DASHBOARD);
      await resource.up(providerOf("one", name));
      expect(methods(cloudflare)).toBe("");
      await resource.refresh(providerOf("one", name));
      expect(resource.state).toEqual(storedState(account, DASHBOARD));
      await resource.up(providerOf("one", name));
      expect([cloudflare.config(account), methods(cloudflare)]).toEqual([DECLARED, "GET POST"]);
    });

    it("before a delete: switched off, whatever the values are", async () => {
      const resource = await previewed(name, BEFORE);
      resource.declared = null;
      cloudflare.setConfig(account, DASHBOARD);
      await resource.up(providerOf("other", name));
      expect([cloudflare.config(account), methods(cloudflare)]).toEqual([null, "DELETE"]);
    });
  },
);

/** A resource whose check and diff have been asked for, as a preview does. */
async function previewed(name: ProviderName, stored: typeof BEFORE | null): Promise<Resource> {
  const resource = new Resource(account, DECLARED, stored);
  cloudflare.setConfig(account, stored);
  const provider = providerOf("one", name);
  const { inputs, failures } = await provider.check(resource.inputs);
  expect(failures).toEqual([]);
  const changes = resource.state ? (await provider.diff(account, resource.state, inputs)).changes : true;
  expect([changes, methods(cloudflare)]).toEqual([stored !== DECLARED, ""]);
  return resource;
}
