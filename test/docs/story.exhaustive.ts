// Runs every documented command with the real CLI, where one is found; commands.test.ts does so with a stand-in. steps.ts says how.
import { describe, it } from "@jest/globals";
import { findCli } from "../support/cli";
import { playPages } from "./playPages";

const cli = findCli("the documentation's commands with a real engine");
if (cli !== null) playPages(cli);
else describe.skip("the documented commands with the real CLI", () => it("are run", () => {}));
