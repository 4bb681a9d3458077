// Owns one door's process as these tests need it: calls that tell everything that anybody could read of them. It must not know what
// is looked for.
import { readFileSync } from "node:fs";
import { outcomeOf } from "../fuzz/outcome";
import { type DoorName, type DoorSettings, type OpenDoor, openDoor } from "../support/doors";

// No healthy call comes near it.
const PATIENCE_MS = 8000;

export interface Told {
  /** What came back: the error's text, or the answer as JSON. */
  outcome: string;
  failed: boolean;
}

export interface OverheardDoor {
  /** The engine's calls about one account. */
  create(account: string): Promise<Told>;
  read(account: string): Promise<Told>;
  delete(account: string): Promise<Told>;
  /** Everything that was logged, printed or written to the debug log since the last look, in lines. */
  said(): string[];
  stop(): Promise<void>;
}

const sums = { amount: 5000, threshold: 1000, enabled: true, adopt: false };

/** @param log the debug log's file. */
export async function overhear(name: DoorName, settings: DoorSettings, log: string): Promise<OverheardDoor> {
  const door = await openDoor(name, settings, { CLOUDFLARE_AI_GATEWAY_BILLING_LOG: log });
  const written = () => readFileSync(log, { encoding: "utf8", flag: "a+" });
  const said = sinceLast(() => [door.log.join("\n"), door.stdout, door.stderr, written()]);
  return { ...callsOf(door), said, stop: () => end(door) };
}

/** The lines that were added to growing texts since the last call. */
function sinceLast(look: () => string[]): () => string[] {
  let seen: number[] = [];
  return () => {
    const texts = look();
    const added = texts.map((text, index) => text.slice(seen[index] ?? 0));
    seen = texts.map(({ length }) => length);
    return added.flatMap((text) => text.split("\n")).filter(Boolean);
  };
}

function callsOf(door: OpenDoor) {
  const inputs = (accountId: string) => ({ accountId, ...sums });
  return {
    create: (account: string) => told(door.create(inputs(account))),
    read: (account: string) => told(door.read(account, inputs(account))),
    delete: (account: string) => told(door.delete(account, inputs(account))),
  };
}

async function told(call: Promise<unknown>): Promise<Told> {
  const outcome = await outcomeOf(() => call, PATIENCE_MS);
  if ("hung" in outcome) return { outcome: "it hangs", failed: true };
  if ("error" in outcome) return { outcome: outcome.error.message, failed: true };
  return { outcome: JSON.stringify(outcome.value) ?? "", failed: false };
}

/** Ends a process; one that has crashed ended before anybody waited for its end. */
async function end(door: OpenDoor): Promise<void> {
  await outcomeOf(() => door.stop(), PATIENCE_MS);
}
