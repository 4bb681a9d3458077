// The promise that no sequence of engine features leaves an account charging that no state knows, or off that the state calls on, without
// an error or a warning that says so: all sequences, with the local engine and with the real CLI where one is found.
import { describe, expect, it } from "@jest/globals";
import { findCli } from "../support/cli";
import { type Provider, play, withCli, withLocalEngine } from "./engines";
import { MIXED_SEQUENCES, PLUGIN_SEQUENCES, SEQUENCES, type Sequence } from "./sequences";

const PLAYS: readonly (readonly [string, Provider, Sequence])[] = [
  ...SEQUENCES.flatMap((sequence) =>
    (["Dynamic", "Plugin"] as const).map((provider) => [`${provider}: ${sequence.name}`, provider, sequence] as const),
  ),
  ...PLUGIN_SEQUENCES.map((sequence) => [`Plugin: ${sequence.name}`, "Plugin", sequence] as const),
  ...MIXED_SEQUENCES.map((sequence) => [sequence.name, "Plugin", sequence] as const),
];

const played = PLAYS.filter(([, , { cliOnly, moves }]) => !cliOnly && !moves.some(({ flags }) => flags));
const cli = findCli("sequences of engine features that could lose an account");

it.each(played)("with the local engine, %s", async (_, provider, sequence) => {
  expect(await play(sequence, provider, withLocalEngine)).toEqual(sequence.moves);
});

(cli ? describe : describe.skip)("with the real CLI", () => {
  it.each(PLAYS)(
    "%s",
    async (_, provider, sequence) => {
      expect(await play(sequence, provider, withCli(cli ?? ""))).toEqual(sequence.moves);
    },
    180_000,
  );
});
