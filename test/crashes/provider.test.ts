// A provider process that is killed with SIGKILL at every step of a create, update and delete, through both providers: the next run is a
// new process, which gets what the last one left in the state. At every step two resources are caught: of the one the change is still
// declared afterwards, of the other it is taken back. All steps of a provider share one kill.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { Resource } from "../faults/resource";
import { CALLS, compress } from "../faults/table";
import { openProvider, PROVIDERS, type ProviderProcess } from "../support/providers";
import { isForgotten, MOMENTS, type Moment } from "./table";

const TAKEN_BACK = MOMENTS.filter(({ mended }) => mended !== null);

let cloudflare: BillingSimulator;

beforeAll(async () => {
  cloudflare = await startSimulator();
});
afterAll(() => cloudflare.close());

describe.each(PROVIDERS.map((name, provider) => ({ name, provider })))("$name, killed", ({ name, provider }) => {
  const opened: ProviderProcess[] = [];
  let crashes: Crash[];
  let takenBack: Crash[];
  let requestsAfter: string[];
  let requestsTakenBack: string[];

  /** A run of its own. */
  async function open(): Promise<ProviderProcess> {
    const started = await openProvider(name, { apiToken: cloudflare.apiToken, baseUrl: cloudflare.url });
    opened.push(started);
    return started;
  }
  const remoteOf = (some: readonly Crash[]) => some.map(({ resource }) => cloudflare.config(resource.account));

  beforeAll(async () => {
    const caught = (end: string) => (moment: Moment, row: number) =>
      new Crash(moment, `${provider}${row.toString(16)}`.padEnd(32, end));
    crashes = MOMENTS.map(caught("c"));
    takenBack = TAKEN_BACK.map(caught("d"));
    const killed = await open();
    // A 429 holds back all others, so those that meet one come last.
    for (const waiting of [false, true]) {
      const some = [...crashes, ...takenBack].filter(({ moment }) => (moment.hold?.kind === "envelope") === waiting);
      await Promise.all(some.map((crash) => crash.reach(killed)));
    }
    await killed.kill();
    opened.pop();
    cloudflare.clearFaults();
    for (const { resource, call } of takenBack) resource.declared = call.stored;
    const next = await open();
    requestsAfter = await requestsOf(crashes, ({ resource }) => resource.up(next));
    requestsTakenBack = await requestsOf(takenBack, ({ resource }) => resource.up(next));
  });
  afterAll(() => Promise.all(opened.map((one) => one.stop())));

  it("and the change taken back: the next up sends nothing, and what was applied stays", () => {
    expect(requestsTakenBack).toEqual(TAKEN_BACK.map(() => "none"));
    const expected = takenBack.map(({ moment, call }) => (moment.applied ? call.declared : call.stored));
    expect(remoteOf(takenBack)).toEqual(expected);
  });

  it("and the change taken back: up --refresh mends what is in the state, and only that", async () => {
    const mending = await open();
    const mended = await requestsOf(takenBack, ({ resource }) => resource.upWithRefresh(mending));
    expect(mended).toEqual(TAKEN_BACK.map(({ mended }) => mended));
    const expected = takenBack.map(({ moment, call }) => (isForgotten(moment) ? call.declared : call.stored));
    expect(remoteOf(takenBack)).toEqual(expected);
  });

  it.each(MOMENTS.map((moment, row) => ({ ...moment, row, title: CALLS[moment.call].title })))(
    "during '$title', while $moment: one up makes it as declared, with one change in all (promise 16)",
    ({ row, next }) => {
      const { account = "", declared, state } = crashes[row]?.resource ?? {};
      expect(requestsAfter[row]).toBe(next);
      expect([cloudflare.config(account), cloudflare.changes(account)]).toEqual([declared, 1]);
      expect(state ?? null).toEqual(declared ? expect.objectContaining(declared) : null);
    },
  );
});

/** One resource whose run comes to its end at a moment. */
class Crash {
  readonly resource: Resource;
  readonly call: (typeof CALLS)[Moment["call"]];

  constructor(
    readonly moment: Moment,
    account: string,
  ) {
    this.call = CALLS[moment.call];
    const { declared, stored, method } = this.call;
    this.resource = new Resource(account, declared, stored);
    cloudflare.setConfig(account, stored);
    if (moment.hold) cloudflare.fault({ ...moment.hold, accountId: account, method });
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
