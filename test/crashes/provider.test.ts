// A provider process that is killed with SIGKILL at every step of a create, update and delete, through both doors: the next run is a
// new process, which is told what the last one left in the state. All steps of a door share one kill.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { compress } from "../faults/compress";
import { Resource } from "../faults/resource";
import { CALLS, type Call } from "../faults/table";
import { DOORS, type DoorName, type OpenDoor, openDoor } from "../support/doors";
import { MOMENTS, type Moment } from "./table";

let cloudflare: BillingSimulator;
const nexts: OpenDoor[] = [];

beforeAll(async () => {
  cloudflare = await startSimulator();
});
afterAll(async () => {
  await Promise.all(nexts.map((door) => door.stop()));
  await cloudflare.close();
});

const ARTICLES: Record<string, string> = { GET: "a create", POST: "a create", DELETE: "a delete" };
const cases = MOMENTS.map((moment, row) => {
  const { call } = moment;
  return { ...moment, row, name: call === "update" ? "an update" : (ARTICLES[CALLS[call].method] ?? call) };
});

describe.each(DOORS.map((name, door) => ({ name, door })))("$name, killed", ({ name, door }) => {
  let crashes: Crash[];
  const requestsAfter: (string | undefined)[] = [];

  beforeAll(async () => {
    crashes = MOMENTS.map((moment, row) => new Crash(moment, `${door}${row.toString(16)}`.padEnd(32, "c")));
    await killDuring(name, crashes);
    cloudflare.clearFaults();
    const seen = cloudflare.requests.length;
    const next = await open(name);
    nexts.push(next);
    await Promise.all(crashes.map(({ resource }) => resource.up(next)));
    for (const { account } of crashes.map(({ resource }) => resource)) {
      const own = cloudflare.requests.slice(seen).filter(({ accountId }) => accountId === account);
      requestsAfter.push(compress(own.map(({ method }) => method)));
    }
  });

  it.each(cases)(
    "during $name, while $moment: one up makes it as declared, with one change in all",
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
    private readonly moment: Moment,
    account: string,
  ) {
    this.call = CALLS[moment.call];
    this.resource = new Resource(account, this.call.declared, this.call.stored);
    cloudflare.setConfig(account, this.call.stored);
    const target = { accountId: account, method: this.call.method };
    if (moment.hold) cloudflare.fault({ ...moment.hold, ...target });
  }

  /** Resolves when the moment has come; what the call itself comes to, nobody learns. */
  async reach(door: OpenDoor): Promise<void> {
    const { account, declared } = this.resource;
    const lost = new Resource(account, declared, this.call.stored).up(door);
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

async function killDuring(name: DoorName, crashes: readonly Crash[]): Promise<void> {
  const door = await open(name);
  for (const waiting of [false, true]) {
    const some = crashes.filter((_, row) => (MOMENTS[row]?.hold?.kind === "envelope") === waiting);
    await Promise.all(some.map((crash) => crash.reach(door)));
  }
  await door.kill();
}

function open(name: DoorName): Promise<OpenDoor> {
  return openDoor(name, { apiToken: cloudflare.apiToken, baseUrl: cloudflare.url });
}
