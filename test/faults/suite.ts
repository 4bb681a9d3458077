// Plays rows of the fault table through both providers, in processes of their own against a simulator, and declares a test for each row. The
// rows are data, and the same data become docs/failures.md; which of them are played is for the caller to say.
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { PROVIDERS } from "../support/providers";
import { OTHERS } from "./answers";
import type { Played } from "./cell";
import type { Row } from "./families";
import { playAll, type Stage } from "./play";
import { type Amounts, storedState } from "./resource";
import { CALLS, type Call, type Cell, messageOf } from "./table";
import { type OpenWorld, type Others, openOthers, openWorld } from "./world";

/** What is seen of a table that was played. */
interface Seen {
  /** By provider, in the rows' order. */
  readonly played: readonly (readonly Played[])[];
  /** The requests that reached the host that a redirect names. */
  readonly strays: () => readonly string[];
}

/** @param stages the order in which the faults are played, and so which processes are needed. */
export function declareTests(rows: readonly Row[], stages: (others: Others) => readonly Stage[]): Seen {
  let cloudflare: BillingSimulator;
  let others: Others;
  const worlds: OpenWorld[] = [];
  const played: Played[][] = [];

  beforeAll(async () => {
    // Zeros are what could be taken for text, and for values.
    [cloudflare, others] = await Promise.all([startSimulator({ unset: "zeros" }), openOthers()]);
    const order = stages(others);
    const wanted = new Set(order.flatMap(({ processes }) => processes));
    for (const provider of PROVIDERS) worlds.push(await openWorld(provider, cloudflare, others, wanted));
    played.push(...(await playAll(worlds, rows, order)));
  }, 120_000);
  afterAll(async () => {
    await Promise.all(worlds.flatMap(({ processes }) => processes.map((provider) => provider.stop())));
    await Promise.all([others?.close(), cloudflare?.close()]);
  });

  const cases = rows.map((row, index) => ({ ...row, index, title: CALLS[row.call].title }));

  describe.each(PROVIDERS.map((provider, index) => ({ provider, index })))(
    "through $provider",
    ({ index: provider }) => {
      it.each(cases)("$title, $fault.name: $cell.state, and the next up ends as declared", (row) => {
        const { message, ...seen } = playedOf(provider, row.index);
        expect(seen).toEqual(expectationOf(row));
        const said = saidOf(row);
        if (said === null) expect(message).toBeNull();
        else expect(message).toMatch(said);
      });

      it("nothing is printed beside the messages", () => {
        expect(worlds[provider]?.processes.map(({ stderr }) => stderr).join("")).toBe("");
      });
    },
  );

  it("both providers give the same messages, hold the same state and make the same requests in every cell", () => {
    expect(played[1]).toEqual(played[0]);
  });
  function playedOf(provider: number, index: number): Played {
    const seen = played[provider]?.[index];
    if (!seen) throw new Error("This row was not played.");
    return seen;
  }

  return { played, strays: () => others.strays };
}

function expectationOf({ fault, call, cell: { state, requests, next } }: Row): Omit<Played, "message"> {
  const { stored, declared }: Call = CALLS[call];
  const states: Record<Cell["state"], Amounts | null> = {
    created: declared,
    updated: declared,
    refreshed: declared,
    "read as other values": OTHERS,
    gone: null,
    "not created": null,
    "not updated": stored,
    "initialization error": stored ?? declared,
    "kept as it was": stored,
    "not gone": stored,
  };
  const amounts = states[state];
  const changes = call === "read" || fault.byHand ? 0 : 1;
  const kept = { state: amounts && storedState("ACCOUNT", amounts), isPending: state === "initialization error" };
  return { ...kept, requests, next, remote: declared, changes };
}

/** How the message begins, what went wrong, and at its end what to do. */
function saidOf({ fault, call, cell }: Row): RegExp | null {
  const said = messageOf(fault, cell);
  if (said === null) return null;
  const [sees, advice] = [said.sees, said.advice].map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const attempt =
    fault.refusal && call === "firstRead" ? "Account ACCOUNT" : `${CALLS[call].attempt} ACCOUNT failed\\.`;
  return new RegExp(`^${attempt} ${sees}[^]*\n[^]*${advice}`);
}
