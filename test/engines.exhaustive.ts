// Owns the proof that the local engine plays what the real engine plays: the same scenarios, steps, diffs and requests.
import { describe, expect, it } from "@jest/globals";
import {
  type BillingSimulator,
  findPulumiCli,
  openCliStack,
  openLocalStack,
  type RecordedRequest,
  startSimulator,
} from "../provider/testing";
import { javascriptProgram } from "./support/program";
import { type AnyResult, type AnyStack, programOf, SCENARIOS, type Scenario } from "./support/scenarios";

const cli = findPulumiCli();
const required = process.env.REQUIRE_PULUMI_CLI === "1";

/** What must be equal, in the order of the operations; the stack itself is reported at other moments by the CLI. */
interface Played {
  ok: boolean;
  steps: string[];
  requests: string[];
}

async function play(
  scenario: Scenario,
  open: (folder: string, cloudflare: BillingSimulator) => Promise<AnyStack & { dispose(): Promise<void> }>,
) {
  const cloudflare = await startSimulator();
  const program = javascriptProgram();
  const stack = await open(program.folder, cloudflare);
  const played: Played[] = [];
  try {
    for (const { declare, dashboard, run } of scenario.plays) {
      if (declare !== undefined) program.write("index.js", programOf(declare));
      dashboard?.(cloudflare);
      played.push(summary(await run(stack)));
    }
    return played;
  } finally {
    await stack.dispose();
    await cloudflare.close();
    program.remove();
  }
}

function summary({ ok, steps, requests }: AnyResult): Played {
  const shown = steps.filter(({ type }) => type !== "pulumi:pulumi:Stack");
  return {
    ok,
    steps: shown.map(({ op, outcome, name, diff }) => {
      return `${op} ${outcome ?? ""} ${name} ${JSON.stringify(diff)}`;
    }),
    requests: (requests as RecordedRequest[]).map(({ method, status }) => `${method} ${status}`),
  };
}

const local = (scenario: Scenario) =>
  play(scenario, async (program, cloudflare) =>
    openLocalStack({ program, config: configOf(cloudflare), requests: cloudflare }),
  );

const real = (scenario: Scenario) =>
  play(scenario, async (program, cloudflare) =>
    openCliStack({ cli: cli ?? "pulumi", program, config: configOf(cloudflare), requests: cloudflare }),
  );

function configOf(cloudflare: BillingSimulator) {
  return { "cloudflare:apiToken": { secret: cloudflare.apiToken }, "cloudflare:baseUrl": cloudflare.url };
}

describe("the real CLI and the local engine", () => {
  if (cli || required) {
    it.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
      "take the same steps and send the same requests: %s",
      async (_name, scenario) => {
        const ours = await local(scenario);
        // Two engines that both fail at once, as with a broken installation, would always agree.
        expect(ours.flatMap(({ steps }) => steps)).not.toEqual([]);
        expect(ours).toEqual(await real(scenario));
      },
      300_000,
    );
  } else {
    it("are not compared here: the left-out line says why", () => {
      process.stderr.write(
        "Left out: the comparison with the real CLI, since no `pulumi` is on PATH or in ~/.pulumi.\n",
      );
      expect(cli).toBeNull();
    });
  }
});
