// The recorded conversations that tell most, played with the providers' real processes; recordings.exhaustive.ts plays all of them. A title
// names the promises that would be broken if a provider did otherwise.
import { expect, it } from "@jest/globals";
import { recorded } from "./outcome";
import { replay } from "./player";
import { readRecording } from "./recording";

const TELLING: Readonly<Record<string, readonly string[]>> = {
  "a preview writes nothing, drift is shown and a failing top-up is no change (promises 1, 14 and 15)": [
    "drift.dynamic",
    "drift.plugin",
  ],
  "off is declared, watched and switched on again (promise 2)": ["enabled.plugin", "enabled.dynamic"],
  "an unknown value passes the preview, and a secret arrives as its value (promises 8 and 9)": [
    "secrets-unknowns.dynamic",
    "secrets-unknowns.plugin",
  ],
  "a create refuses other remote values, and replaces them if 'adopt' is true (promise 11)": [
    "refused-create.dynamic",
    "refused-create.plugin",
  ],
  "a rename keeps the account on, also one that fails (promises 11 and 22)": [
    "rename.dynamic",
    "continue-on-error-rename.plugin",
  ],
  "an account is imported, and moves from one provider to the other (promises 12 and 22)": [
    "import-option.plugin",
    "move-to-plugin.plugin",
  ],
  "a lost answer and a killed run are settled by the next one (promise 16)": [
    "lost-answer.dynamic",
    "initialization-error.plugin",
    "killed-create.dynamic",
    "killed-create.plugin",
  ],
  "another account replaces, and what an interrupted replacement has left is spared or removed (promises 18 and 22)": [
    "replace-account.plugin",
    "interrupted-replacement-revert.dynamic",
    "interrupted-replacement-revert.plugin",
  ],
  "the cap of the stack and of each explicit provider is held, each with its own token (promise 19)": [
    "stack-config.dynamic",
    "explicit-providers.plugin",
  ],
  "an account that is read in the same program is never switched off (promise 22)": [
    "managed-to-get-other-name.plugin",
    "get-while-moving.dynamic",
  ],
  "a second declaration of an account is refused (promise 24)": ["two-for-one-account.dynamic"],
};

const CASES = Object.entries(TELLING).flatMap(([title, names]) => names.map((name) => [title, name] as const));

it.each(CASES)("%s: %s", async (_, name) => {
  const recording = readRecording(name);
  expect(await replay(recording)).toEqual(recorded(recording));
});
