// 1,000 accounts under a rate limit: all are applied, and nobody storms. The limit is counted in requests, as Cloudflare's is, but its
// window ends soon after it was used up: so it is hit on a slow machine as well, and nobody waits for five minutes.
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, type RecordedRequest, startSimulator } from "../../provider/testing/simulator";
import { rateLimit } from "../faults/outcomes";
import { DECLARED, LANES, parallel, Resource, storedState } from "../faults/resource";
import { openProvider, PROVIDERS, type ProviderProcess } from "../support/providers";

const LIMIT = 600;

/** Past the limit everybody gets 429 until the window ends, for less time than `Retry-After` says, which is in whole seconds. */
async function startLimited(): Promise<BillingSimulator> {
  let answered = 0;
  const onRequest = ({ status }: RecordedRequest) => {
    if (status !== 200) return;
    answered += 1;
    if (answered % LIMIT !== 0) return;
    cloudflare.fault({ ...rateLimit("1"), times: Number.POSITIVE_INFINITY });
    setTimeout(() => cloudflare.clearFaults(), 500);
  };
  const cloudflare = await startSimulator({ onRequest });
  return cloudflare;
}

describe("1,000 accounts in one run, every other one through the other provider, under a rate limit", () => {
  const resources = Array.from({ length: 1000 }, (_, row) => new Resource(accountOf(row), DECLARED, null));
  let cloudflare: BillingSimulator;
  let providers: ProviderProcess[];

  beforeAll(async () => {
    cloudflare = await startLimited();
    const settings = { apiToken: cloudflare.apiToken, baseUrl: cloudflare.url };
    providers = await Promise.all(PROVIDERS.map((name) => openProvider(name, settings)));
    const work = resources.map((resource, row) => ({ resource, provider: providers[row % providers.length] }));
    await parallel(work, async ({ resource, provider }) => provider && resource.create(provider));
  }, 120_000);
  afterAll(async () => {
    await Promise.all(providers?.map((provider) => provider.stop()) ?? []);
    await cloudflare?.close();
  });

  it("all are applied, each with one change, and the state is complete", () => {
    expect(resources.filter(({ account }) => cloudflare.changes(account) !== 1)).toEqual([]);
    expect(resources.map(({ state }) => state)).toEqual(resources.map(({ account }) => storedState(account, DECLARED)));
    expect(resources.map(({ account }) => cloudflare.config(account))).toEqual(resources.map(() => DECLARED));
  });

  it("whenever the limit is hit, no more requests are refused than were under way, and no request is made in vain", () => {
    const refused = stretchesOf(cloudflare.requests, ({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(3);
    expect(refused.filter((count) => count > LANES)).toEqual([]);
    const inVain = refused.reduce((sum, count) => sum + count, 0);
    expect(cloudflare.requests).toHaveLength(2 * resources.length + inVain);
  });
});

function accountOf(row: number): string {
  return row.toString(16).padStart(32, "0");
}

/** How many requests of a kind came in a row, each time that some did. */
function stretchesOf(requests: readonly RecordedRequest[], wanted: (request: RecordedRequest) => boolean): number[] {
  const stretches: number[] = [];
  let count = 0;
  for (const request of requests) {
    if (wanted(request)) count += 1;
    else if (count > 0) count = stretches.push(count) && 0;
  }
  return count > 0 ? [...stretches, count] : stretches;
}
