// One provider's process, with everything that can be read of each call.
import { readFileSync } from "node:fs";
import { openProvider, type ProviderName, type ProviderSettings } from "../support/providers";

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

/** @param log the debug log's file. */
export async function overhear(
  name: ProviderName,
  settings: ProviderSettings,
  log: string,
): Promise<OverheardProvider> {
  const provider = await openProvider(name, settings, { CLOUDFLARE_AI_GATEWAY_BILLING_LOG: log });
  const inputs = (accountId: string) => ({ accountId, amount: 5000, threshold: 1000, enabled: true, adopt: false });
  const tell = (call: Promise<unknown>): Promise<Told> =>
    call.then(
      (value) => ({ outcome: JSON.stringify(value) ?? "", failed: false }),
      (error: Error) => ({ outcome: error.message, failed: true }),
    );
  let seen: number[] = [];
  return {
    create: (account) => tell(provider.create(inputs(account))),
    read: (account) => tell(provider.read(account, inputs(account))),
    delete: (account) => tell(provider.delete(account, inputs(account))),
    said() {
      const written = readFileSync(log, { encoding: "utf8", flag: "a+" });
      const texts = [provider.log.join("\n"), provider.stdout, provider.stderr, written];
      const added = texts.map((text, index) => text.slice(seen[index] ?? 0));
      seen = texts.map(({ length }) => length);
      return added.flatMap((text) => text.split("\n")).filter(Boolean);
    },
    stop: () => provider.stop(),
  };
}
