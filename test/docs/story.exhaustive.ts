// docs/getting-started.md and the commands of all other pages, typed from the first to the last: with the real CLI where one is found, else
// with the local engine behind the name `pulumi`.
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { findCli } from "../support/cli";
import { type Newcomer, openNewcomer } from "./newcomer";
import { PLAYS } from "./standIns";
import { playable } from "./steps";

const cli = findCli("the documentation's commands with a real engine (the local engine plays them)");
const steps = cli === null ? playable("package", "engine") : playable("package", "engine", "cli");
jest.setTimeout(180_000);

describe(`a newcomer who types every documented command, played by ${cli === null ? "the local engine" : "the real CLI"}`, () => {
  let newcomer: Newcomer;

  beforeAll(async () => {
    newcomer = await openNewcomer(cli === null ? { script: PLAYS } : { cli });
  });
  afterAll(() => newcomer.leave());

  it.each(steps.map((step, index) => [index + 1, step.command, step] as const))("%i. %s", async (_, __, step) => {
    const { exitCode, output } = await newcomer.type(step);
    if (step.exitCode === null) expect(exitCode).not.toBe(0);
    else expect({ exitCode, output }).toEqual({ exitCode: step.exitCode, output: expect.any(String) });
    for (const text of step.prints ?? []) expect(output).toContain(text);
  });
});
