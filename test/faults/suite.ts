// Declares a test for each row of the fault table that it is given, and plays them through both providers' processes against a simulator. The
// same rows become docs/failures.md.
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { startSilence } from "../network/fronts";
import { openProvider, PROVIDERS, type ProviderName, type ProviderSettings } from "../support/providers";
import type { Row } from "./families";
import { OTHERS } from "./outcomes";
import { type Played, playAll, type World } from "./play";
import { type Amounts, storedState } from "./resource";
import { CALLS, type Call, messageOf, type Process, type State } from "./table";

/** Returns the messages of all rows, and how many requests reached the host that a redirect names. */
export function declareTests(rows: readonly Row[]): { messages(): (string | null)[]; strays(): number } {
  let cloudflare: BillingSimulator;
  let elsewhere: BillingSimulator;
  let silence: Awaited<ReturnType<typeof startSilence>>;
  let closedPort: number;
  const worlds: World[] = [];
  let played: Played[][] = [];

  async function openWorld(provider: ProviderName): Promise<World> {
    const { apiToken, url: baseUrl } = cloudflare;
    const silent = `https://127.0.0.1:${silence.port}/client/v4`;
    const settings: Record<Process, ProviderSettings> = {
      usual: {},
      hasty: { timeoutSeconds: "3", deadlineSeconds: "60" },
      spent: { deadlineSeconds: "60" },
      silent: { baseUrl: silent, timeoutSeconds: "0.5" },
      refused: { baseUrl: `https://127.0.0.1:${closedPort}/client/v4` },
    };
    const open = (own: ProviderSettings) => openProvider(provider, { apiToken, baseUrl, ...own });
    const wanted = [...new Set(rows.map(({ fault }) => fault.process ?? "usual"))];
    const opened = await Promise.all(wanted.map(async (process) => [process, await open(settings[process])] as const));
    return { cloudflare, runs: Object.fromEntries(opened), next: await open({}), elsewhere: elsewhere.url };
  }
  const processesOf = ({ runs, next }: World) => [...Object.values(runs), next];

  beforeAll(async () => {
    // Zeros could be taken for values.
    cloudflare = await startSimulator({ unset: "zeros" });
    [elsewhere, silence] = await Promise.all([startSimulator(), startSilence()]);
    const closed = await startSilence();
    await closed.close();
    closedPort = closed.port;
    for (const provider of PROVIDERS) worlds.push(await openWorld(provider));
    played = await playAll(worlds, rows);
  }, 120_000);
  afterAll(async () => {
    await Promise.all(worlds.flatMap(processesOf).map((provider) => provider.stop()));
    await Promise.all([cloudflare, elsewhere, silence].map((server) => server?.close()));
  });

  const cases = rows.map((row, index) => ({ ...row, index, title: CALLS[row.call].title, ends: row.cell[0] }));

  describe.each(PROVIDERS.map((provider, index) => ({ provider, index })))("$provider", ({ index: provider }) => {
    it.each(cases)("ends $title under '$fault.name' with: $ends; the next up ends as declared", (row) => {
      const { message, ...seen } = (played[provider] as Played[])[row.index] as Played;
      expect(seen).toEqual(expectationOf(row));
      const said = saidOf(row);
      if (said === null) expect(message).toBeNull();
      else expect(message).toMatch(said);
    });

    it("prints nothing beside its messages", () => {
      expect(
        worlds
          .slice(provider, provider + 1)
          .flatMap(processesOf)
          .map(({ stderr }) => stderr)
          .join(""),
      ).toBe("");
    });
  });

  it("both providers give the same messages, hold the same state and make the same requests in every row", () => {
    expect(played[1]).toEqual(played[0]);
  });

  return { messages: () => played.flat().map(({ message }) => message), strays: () => elsewhere.requests.length };
}

function expectationOf({ fault, call, cell: [state, requests, next] }: Row): Omit<Played, "message"> {
  const { stored, declared }: Call = CALLS[call];
  const states: Record<State, Amounts | null> = {
    ...{ created: declared, updated: declared, refreshed: declared, "read as other values": OTHERS, gone: null },
    ...{ "not created": null, "not updated": stored, "kept as it was": stored, "not gone": stored },
    "initialization error": stored ?? declared,
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
  return new RegExp(`^(Account ACCOUNT|${CALLS[call].attempt} ACCOUNT failed\\.) ${sees}[^]*\n[^]*${advice}`);
}
