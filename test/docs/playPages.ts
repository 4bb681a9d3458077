// Plays the documented commands as tests: those of docs/getting-started.md as one story, then those of the other pages on an applied stack.
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { type Newcomer, openNewcomer } from "./newcomer";
import { ACCOUNT, otherSteps, STORY, type Step, stepsOf } from "./steps";

jest.setTimeout(180_000);

/** What the other pages take for granted. */
const APPLIED = [
  "export CLOUDFLARE_BASE_URL=http://127.0.0.1:8787/client/v4 CLOUDFLARE_API_TOKEN=YOUR_TOKEN",
  'export PULUMI_BACKEND_URL="file://$PWD" PULUMI_CONFIG_PASSPHRASE=only-for-this-try',
  "pulumi stack init dev",
  `pulumi config set accountId ${ACCOUNT}`,
  "pulumi config set --secret cloudflare:apiToken YOUR_TOKEN",
  "pulumi up",
];

const hasCurl = spawnSync("curl", ["--version"]).status === 0;
if (!hasCurl) process.stderr.write("left out, as no curl was found: the documentation's change behind Pulumi's back\n");

/** @param cli the real CLI's path; null for the stand-in, which cannot tell how a command of the engine's alone ends. */
export function playPages(cli: string | null): void {
  const player = cli === null ? "a stand-in for the CLI" : "the real CLI";
  const judged = ({ command }: Step) => cli !== null || !/^pulumi [^|]*$/.test(command);

  describe.each([
    [STORY, stepsOf(STORY), []],
    ["the other pages", otherSteps(), APPLIED],
  ] as const)(`the commands of %s, with ${player}`, (_, steps, before) => {
    let newcomer: Newcomer;

    beforeAll(async () => {
      newcomer = await openNewcomer(cli);
      for (const command of before) {
        const { exitCode, output } = await newcomer.type({ command, edits: [] });
        if (exitCode !== 0) throw new Error(`${command}: ${output}`);
      }
    });
    afterAll(() => newcomer.leave());

    it.each(steps.map((step, index) => [index + 1, step.file, step.command, step] as const))(
      "%i. %s: %s",
      async (_number, _file, command, step) => {
        if (command.startsWith("curl ") && !hasCurl) return;
        if (command.startsWith("export CLOUDFLARE_BASE_URL=")) {
          expect(newcomer.exportLine().replace(/127\.0\.0\.1:\d+/, "127.0.0.1:8787")).toBe(command);
        }
        const { exitCode, output } = await newcomer.type(step);
        // The stand-in says so if it does not know the form of a command.
        expect({ exitCode, output }).not.toMatchObject({ exitCode: 127 });
        if (!judged(step)) return;
        // The output stands beside the code, so that a failure shows what went wrong.
        expect({ exitCode, output }).toEqual({ exitCode: step.exitCode, output });
        for (const line of step.prints) expect(output).toContain(line);
      },
    );
  });
}
