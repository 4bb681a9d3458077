// A stack whose runs are killed with SIGKILL again and again, the program or the engine, while requests of its creates, updates and
// deletes are under way: the next `up` ends as declared, unless the change was taken back. Then the state says nothing of it, and it
// takes `up --refresh`. With the local engine, and with the real CLI where one is found.
import type { ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { findCli } from "../support/cli";
import { type Engine, openCliEngine, openLocalEngine } from "./engines";
import { type Ground, openGround } from "./ground";
import { RUNS, type Run } from "./runs";

const cli = findCli("runs of a real CLI that are killed in the middle");
const engines = [
  { name: "the local engine", open: openLocalEngine },
  ...(cli ? [{ name: "the real CLI", open: (ground: Ground) => openCliEngine(cli, ground) }] : []),
];

describe.each(engines)("with $name", ({ open }) => {
  let ground: Ground;
  let engine: Engine;
  /** Effective changes by name when a run began that left the name unsettled. */
  const before = new Map<string, number[]>();

  beforeAll(async () => {
    ground = await openGround();
    engine = await open(ground);
  });
  afterAll(async () => {
    await engine?.close();
    await ground?.close();
  });

  it.each(RUNS)("$name", playRun, 120_000);

  async function playRun(run: Run): Promise<void> {
    const seen = ground.cloudflare.requests.length;
    const unsettled = Object.keys(run.holds?.[1] ?? {});
    for (const name of unsettled) before.set(name, changesOf(name));
    ground.declare(run.declares);
    hold(run);
    if (run.kill === "program") await killProgram(() => isCaught(run));
    else if (run.kill) await killEngine(run.kill, () => isCaught(run));
    else expect(await failureOfUp(run)).toBe("");
    const settled = run.settles.map((name) => [name, liveOf(name), changesSince(name)]);
    expect(settled).toEqual(run.settles.map((name) => [name, Array(2).fill(run.declares[name] ?? null), [1, 1]]));
    expect(Object.keys(run.leaves ?? {}).map((name) => [name, liveOf(name)])).toEqual(Object.entries(run.leaves ?? {}));
    const deleted = ground.cloudflare.requests.slice(seen).filter(({ method }) => method === "DELETE");
    if (run.kill === "program") expect(deleted).toEqual([]);
  }

  function hold({ holds }: Run): void {
    const [method, actions] = holds ?? ["POST", {}];
    for (const [name, pair] of Object.entries(actions)) {
      for (const [provider, accountId] of ground.accounts(name).entries())
        ground.cloudflare.fault({ ...(pair[provider] ?? pair[0]), method, accountId });
    }
  }

  /** Whether everything is held that the run holds, and settled that it settles. */
  function isCaught({ holds, settles, declares }: Run): boolean {
    const isSettled = (name: string) => liveOf(name).every((amount) => amount === (declares[name] ?? null));
    return holds !== undefined && ground.cloudflare.pendingFaults === 0 && settles.every(isSettled);
  }

  async function killProgram(isDue: () => boolean): Promise<void> {
    const run = engine.up();
    await waitUntil(isDue);
    ground.program.write("die", "");
    expect((await run).exitCode).not.toBe(0);
    rmSync(path.join(ground.program.folder, "die"));
  }

  async function killEngine(how: "engine" | "interrupt", isDue: () => boolean): Promise<void> {
    const run = engine.begin();
    const ended = new Promise((resolve) => run.once("exit", resolve));
    await waitUntil(isDue);
    if (how === "engine") run.kill("SIGKILL");
    else await interruptTwice(run);
    await ended;
    await engine.recover();
  }

  async function interruptTwice(run: ChildProcess): Promise<void> {
    run.kill("SIGINT");
    await sleep(1000);
    run.kill("SIGINT");
  }

  /** An empty text where the run succeeds. */
  async function failureOfUp({ refresh }: Run): Promise<string> {
    const { exitCode, printed } = await engine.up({ refresh });
    return exitCode === 0 ? "" : `exit code ${exitCode}: ${printed}`;
  }

  function liveOf(name: string): (number | null)[] {
    return ground.accounts(name).map((account) => ground.cloudflare.config(account)?.amount ?? null);
  }

  function changesOf(name: string): number[] {
    return ground.accounts(name).map((account) => ground.cloudflare.changes(account));
  }

  function changesSince(name: string): number[] {
    return changesOf(name).map((changes, provider) => changes - (before.get(name)?.[provider] ?? 0));
  }
});

async function waitUntil(isDue: () => boolean): Promise<void> {
  for (let turns = 0; !isDue(); turns++) {
    if (turns > 1500) throw new Error("The run never came to where it was to be killed.");
    await sleep(20);
  }
}
