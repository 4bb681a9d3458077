// The promise that no sequence of engine features leaves an account charging that no state knows, or off that the state calls on, without
// an error or a warning that says so: with the local engine, the sequences that have both providers in one program, and through one of them
// those that neither lifecycles nor a stack's life contain. accounts.exhaustive.ts plays all of them.
import { expect, it } from "@jest/globals";
import { play, withLocalEngine } from "./engines";
import { MIXED_SEQUENCES, SEQUENCES } from "./sequences";

const READ_ELSEWHERE = SEQUENCES.filter(({ name }) => name.includes("while its account is read under another name"));

it("has the sequence that is chosen by its name", () => expect(READ_ELSEWHERE).toHaveLength(1));

it.each([...READ_ELSEWHERE, ...MIXED_SEQUENCES])("$name (promise 22)", async (sequence) => {
  expect(await play(sequence, "Plugin", withLocalEngine)).toEqual(sequence.moves);
});
