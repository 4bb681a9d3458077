// The order in which cells are played, through all providers at once: every fault, stage by stage, then every next run.
import type { BillingSimulator } from "../../provider/testing/simulator";
import { type Played, PlayedCell, type World } from "./cell";
import { compress } from "./compress";
import type { Row } from "./families";
import { parallel } from "./parallel";
import type { Process } from "./table";

export interface Stage {
  /** The processes whose faults are played. */
  readonly processes: readonly Process[];
  /** What is done before. */
  prepare?(): Promise<unknown>;
  /** How many of a process are under way at once. */
  readonly lanes?: number;
}

/** Each cell has its own account. The result is by provider, in the rows' order. */
export async function playAll(
  worlds: readonly World[],
  rows: readonly Row[],
  stages: readonly Stage[],
): Promise<Played[][]> {
  const cloudflare = worlds[0]?.cloudflare;
  if (!cloudflare) throw new Error("There is no world to play in.");
  const cells = worlds.map((world, provider) =>
    rows.map(({ fault, call }, row) => new PlayedCell(fault, call, world, accountOf(provider, row))),
  );
  for (const { processes, prepare, lanes } of stages) {
    await prepare?.();
    const played = cells.flatMap((ofProvider) =>
      processes.map((name) => ofProvider.filter(({ process }) => process === name)),
    );
    await Promise.all(played.map((some) => parallel(some, (cell) => cell.begin(), lanes)));
  }
  cloudflare.clearFaults();
  const seen = cloudflare.requests.length;
  await Promise.all(cells.map((ofProvider) => parallel(ofProvider, (cell) => cell.goOn())));
  const [first, second] = [methodsByAccount(cloudflare, 0, seen), methodsByAccount(cloudflare, seen)];
  const show = (cell: PlayedCell) => cell.played(compress(first.get(cell.account)), compress(second.get(cell.account)));
  return cells.map((ofProvider) => ofProvider.map(show));
}

function accountOf(provider: number, row: number): string {
  return `${provider}${row.toString(16).padStart(3, "0")}`.padEnd(32, "f");
}

function methodsByAccount({ requests }: BillingSimulator, from: number, to?: number): Map<string | null, string[]> {
  const found = new Map<string | null, string[]>();
  for (const { accountId, method } of requests.slice(from, to))
    found.set(accountId, [...(found.get(accountId) ?? []), method]);
  return found;
}
