// The recorded sequences once more with the real CLI: what the engine asks, stores and says today is what the files have.
import { describe, expect, it } from "@jest/globals";
import { findCli } from "../support/cli";
import { record } from "./live";
import { engineSide } from "./outcome";
import { readRecording, recordings } from "./recording";

const cli = findCli("recorded sequences, played with the real engine");
// Another version of the SDK is not installed here.
const played = recordings().filter((name) => !name.includes(".sdk-"));

(cli ? describe : describe.skip)("with the real CLI", () => {
  it.each(played)(
    "the engine plays %s as it was recorded",
    async (name) => {
      const recording = readRecording(name);
      expect(engineSide(await record(recording, cli ?? ""))).toEqual(engineSide(recording));
    },
    300_000,
  );
});
