// One provider's process, with everything that can be read of each call.
import { readFileSync } from "node:fs";
import { outcomeOf } from "../fuzz/property";
import { openProvider, type ProviderName, type ProviderProcess, type ProviderSettings } from "../support/providers";

// No healthy call comes near it.
const LIMIT_MS = 8000;

export interface Told {
  /** The error's text, or the answer as JSON. */
  outcome: string;
  failed: boolean;
}

export interface OverheardProvider {
  /** The engine's calls about one account. */
  create(account: string): Promise<Told>;
  read(account: string): Promise<Told>;
  delete(account: string): Promise<Told>;
  /** Everything that was logged, printed or written to the debug log since the last call, in lines. */
  said(): string[];
  stop(): Promise<void>;
}

const amounts = { amount: 5000, threshold: 1000, enabled: true, adopt: false };

/** @param log the debug log's file. */
export async function overhear(
  name: ProviderName,
  settings: ProviderSettings,
  log: string,
): Promise<OverheardProvider> {
  const provider = await openProvider(name, settings, { CLOUDFLARE_AI_GATEWAY_BILLING_LOG: log });
  const written = () => readFileSync(log, { encoding: "utf8", flag: "a+" });
  const said = sinceLast(() => [provider.log.join("\n"), provider.stdout, provider.stderr, written()]);
  return { ...callsOf(provider), said, stop: () => end(provider) };
}

/** The lines that were added to growing texts since the last call. */
function sinceLast(read: () => string[]): () => string[] {
  let seen: number[] = [];
  return () => {
    const texts = read();
    const added = texts.map((text, index) => text.slice(seen[index] ?? 0));
    seen = texts.map(({ length }) => length);
    return added.flatMap((text) => text.split("\n")).filter(Boolean);
  };
}

function callsOf(provider: ProviderProcess) {
  const inputs = (accountId: string) => ({ accountId, ...amounts });
  return {
    create: (account: string) => seenOf(provider.create(inputs(account))),
    read: (account: string) => seenOf(provider.read(account, inputs(account))),
    delete: (account: string) => seenOf(provider.delete(account, inputs(account))),
  };
}

async function seenOf(call: Promise<unknown>): Promise<Told> {
  const outcome = await outcomeOf(() => call, LIMIT_MS);
  if ("hung" in outcome) return { outcome: "it hangs", failed: true };
  if ("error" in outcome) return { outcome: outcome.error.message, failed: true };
  return { outcome: JSON.stringify(outcome.value) ?? "", failed: false };
}

/** Ends a process; one that has crashed has ended before. */
async function end(provider: ProviderProcess): Promise<void> {
  await outcomeOf(() => provider.stop(), LIMIT_MS);
}
