// Every recorded conversation, played with the providers' real processes.
import { expect, it } from "@jest/globals";
import { recorded } from "./outcome";
import { replay } from "./player";
import { readRecording, recordings } from "./recording";

it.each(recordings())(
  "the provider answers in %s as it was recorded",
  async (name) => {
    const recording = readRecording(name);
    expect(await replay(recording)).toEqual(recorded(recording));
  },
  300_000,
);
