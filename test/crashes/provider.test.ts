// A provider process that is killed with SIGKILL at every step of a create, update and delete, through both providers: the next run is a
// new process, which gets what the last one left in the state. At every step two resources are caught: of the one the change is still
// declared afterwards, of the other it is taken back. All steps of a provider share one kill.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { type Amounts, Resource } from "../faults/resource";
import { CALLS, type Call, compress } from "../faults/table";
import { openProvider, PROVIDERS, type ProviderName, type ProviderProcess } from "../support/providers";
import { isForgotten, MOMENTS, type Moment } from "./table";

let cloudflare: BillingSimulator;
const nexts: ProviderProcess[] = [];

beforeAll(async () => {
  cloudflare = await startSimulator();
});
afterAll(async () => {
  await Promise.all(nexts.map((provider) => provider.stop()));
  await cloudflare.close();
});

const ARTICLES: Record<string, string> = { GET: "a create", POST: "a create", DELETE: "a delete" };
const cases = MOMENTS.map((moment, row) => {
  const { call } = moment;
  return { ...moment, row, name: call === "update" ? "an update" : (ARTICLES[CALLS[call].method] ?? call) };
});

const TAKEN_BACK = MOMENTS.filter(({ mended }) => mended !== null);

describe.each(PROVIDERS.map((name, provider) => ({ name, provider })))("$name, killed", ({ name, provider }) => {
  let crashes: Crash[];
  let takenBack: Crash[];
  let requestsAfter: string[];
  let requestsTakenBack: string[];

  beforeAll(async () => {
    crashes = MOMENTS.map((moment, row) => new Crash(moment, `${provider}${row.toString(16)}`.padEnd(32, "c")));
    takenBack = TAKEN_BACK.map((moment, row) => new Crash(moment, `${provider}${row.toString(16)}`.padEnd(32, "d")));
    await killDuring(name, [...crashes, ...takenBack]);
    cloudflare.clearFaults();
    for (const { resource, before } of takenBack) resource.declared = before;
    const next = await open(name);
    nexts.push(next);
    requestsAfter = await requestsOf(crashes, ({ resource }) => resource.up(next));
    requestsTakenBack = await requestsOf(takenBack, ({ resource }) => resource.up(next));
  });

  it("and the change taken back: the next up sends nothing, and what was applied stays", () => {
    expect(requestsTakenBack).toEqual(TAKEN_BACK.map(() => "none"));
    expect(takenBack.map(({ resource }) => cloudflare.config(resource.account))).toEqual(
      takenBack.map(({ moment, before, change }) => (moment.applied ? change : before)),
    );
  });

  it("and the change taken back: up --refresh mends what is in the state, and only that", async () => {
    const mending = await open(name);
    nexts.push(mending);
    const mended = await requestsOf(takenBack, ({ resource }) => resource.upWithRefresh(mending));
    expect(mended).toEqual(TAKEN_BACK.map(({ mended }) => mended));
    expect(takenBack.map(({ resource }) => cloudflare.config(resource.account))).toEqual(
      takenBack.map(({ moment, before, change }) => (isForgotten(moment) ? change : before)),
    );
  });

  it.each(cases)(
    "during $name, while $moment: one up makes it as declared, with one change in all (promise 16)",
    ({ row, next }) => {
      const { resource } = crashes[row] ?? {};
      const account = resource?.account ?? "";
      const { declared } = resource ?? {};
      expect(requestsAfter[row]).toBe(next);
      expect([cloudflare.config(account), cloudflare.changes(account)]).toEqual([declared, 1]);
      expect(resource?.state ?? null).toEqual(declared ? expect.objectContaining(declared) : null);
    },
  );
});

/** One resource whose run comes to its end at a moment. */
class Crash {
  readonly resource: Resource;
  private readonly call: Call;

  constructor(
    readonly moment: Moment,
    account: string,
  ) {
    this.call = CALLS[moment.call];
    this.resource = new Resource(account, this.call.declared, this.call.stored);
    cloudflare.setConfig(account, this.call.stored);
    const target = { accountId: account, method: this.call.method };
    if (moment.hold) cloudflare.fault({ ...moment.hold, ...target });
  }

  /** What was declared before the change, and what with it. */
  get before(): Amounts | null {
    return this.call.stored;
  }

  get change(): Amounts | null {
    return this.call.declared;
  }

  /** Resolves when the moment has come; what the call itself comes to, nobody learns. */
  async reach(provider: ProviderProcess): Promise<void> {
    const { account, declared } = this.resource;
    const lost = new Resource(account, declared, this.call.stored).up(provider);
    if (!this.moment.hold) return lost;
    lost.catch(() => {});
    for (let turns = 0; !this.hasCome(); turns++) {
      if (turns > 2000) throw new Error(`It never came to this: ${JSON.stringify(this.moment)}.`);
      await sleep(5);
    }
  }

  private hasCome(): boolean {
    const { account } = this.resource;
    if (this.moment.applied) return cloudflare.changes(account) === 1;
    return cloudflare.requests.some(({ accountId, fault }) => accountId === account && fault !== null);
  }
}

/** The requests that each of the resources causes, in a line. */
async function requestsOf(crashes: readonly Crash[], work: (crash: Crash) => Promise<void>): Promise<string[]> {
  const seen = cloudflare.requests.length;
  await Promise.all(crashes.map(work));
  const sent = cloudflare.requests.slice(seen);
  return crashes.map(({ resource }) => compress(sent.filter(({ accountId }) => accountId === resource.account)));
}

async function killDuring(name: ProviderName, crashes: readonly Crash[]): Promise<void> {
  const provider = await open(name);
  for (const waiting of [false, true]) {
    const some = crashes.filter(({ moment }) => (moment.hold?.kind === "envelope") === waiting);
    await Promise.all(some.map((crash) => crash.reach(provider)));
  }
  await provider.kill();
}

function open(name: ProviderName): Promise<ProviderProcess> {
  return openProvider(name, { apiToken: cloudflare.apiToken, baseUrl: cloudflare.url });
}
