// Plays sequences with the local engine and with the real CLI, in a program that has both providers.
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  type BillingSimulator,
  openCliStack,
  openLocalStack,
  type RecordedRequest,
  startSimulator,
} from "../../provider/testing";
import { EXECUTABLE } from "../support/plugin";
import { javascriptProgram } from "../support/program";
import { makeSdk } from "../support/sdk";
import { A, B, type Move, type Sequence } from "./sequences";

/** What came of one command. */
interface Outcome {
  readonly ok: boolean;
  readonly printed: string;
  readonly state: unknown;
}

interface Engine {
  play(move: Move): Promise<Outcome>;
  dispose(): Promise<void>;
}

/** Which class `Topup` is. */
export type Provider = "Dynamic" | "Plugin";

type Open = (folder: string, cloudflare: BillingSimulator, env: Record<string, string>) => Promise<Engine>;

const PACKAGE = "cloudflare-ai-gateway-billing";

/** Plays a sequence to its end; what is returned has the form of what the moves expect. */
export async function play(sequence: Sequence, provider: Provider, open: Open): Promise<unknown[]> {
  const cloudflare = await startSimulator();
  // An account whose requests fail whatever is asked.
  cloudflare.fault({ kind: "envelope", status: 400, accountId: B, times: 100 });
  const sdk = makeSdk();
  const program = javascriptProgram();
  const plugin = `plugins:\n  providers:\n    - name: ${PACKAGE}\n      path: ${path.dirname(EXECUTABLE)}\n`;
  program.write("Pulumi.yaml", `${readFileSync(path.join(program.folder, "Pulumi.yaml"), "utf8")}${plugin}`);
  const engine = await open(program.folder, cloudflare, sdk.env);
  const outcomes: unknown[] = [];
  try {
    for (const move of sequence.moves) {
      if (move.declare !== undefined) program.write("index.js", programOf(move.declare, provider));
      if (move.refused) cloudflare.fault({ kind: "envelope", status: 400, method: "POST", accountId: A });
      const before = cloudflare.requests.length;
      const { ok, printed, state } = await engine.play(move);
      outcomes.push({
        ...move,
        ok,
        requests: cloudflare.requests.slice(before).map(({ method }: RecordedRequest) => method),
        remote: cloudflare.config(A)?.amount ?? null,
        state: namesIn(state),
        ...(move.says === undefined ? {} : { says: printed.includes(move.says) ? move.says : printed }),
      });
    }
    return outcomes;
  } finally {
    await engine.dispose();
    await cloudflare.close();
    program.remove();
    sdk.remove();
  }
}

function programOf(body: string, provider: Provider): string {
  return `const Dynamic = require("pulumi-${PACKAGE}").AutoTopupConfig;
const Plugin = require("pulumi-${PACKAGE}-sdk").AutoTopupConfig;
const Topup = ${provider};
const [A, B] = ["${A}", "${B}"];
${body}
`;
}

export const withLocalEngine: Open = async (program, cloudflare, env) => {
  const providers = { [PACKAGE]: { command: EXECUTABLE } };
  const stack = openLocalStack({ program, env, config: configOf(cloudflare), providers, requests: cloudflare });
  return {
    async play({ command }) {
      const { ok, lines } = await stack[command]();
      return { ok, printed: lines.join("\n"), state: stack.state() };
    },
    dispose: () => stack.dispose(),
  };
};

export const withCli =
  (cli: string): Open =>
  async (program, cloudflare, env) => {
    const stack = await openCliStack({ cli, program, env, config: configOf(cloudflare), requests: cloudflare });
    return {
      async play({ command, flags = [] }) {
        const confirm = command === "preview" ? [] : ["--yes", "--skip-preview"];
        const { exitCode, lines } = await stack.run([command, "--stack", "dev", ...confirm, ...flags]);
        return { ok: exitCode === 0, printed: lines.join("\n"), state: await stack.state() };
      },
      dispose: () => stack.dispose(),
    };
  };

function configOf(cloudflare: BillingSimulator) {
  const settings = ["cloudflare", PACKAGE].flatMap((namespace): [string, string | { secret: string }][] => [
    [`${namespace}:apiToken`, { secret: cloudflare.apiToken }],
    [`${namespace}:baseUrl`, cloudflare.url],
  ]);
  return Object.fromEntries(settings);
}

/** The names of the resources that have account A, in a state as both engines write it. */
function namesIn(state: unknown): string[] {
  const { deployment } = state as { deployment: { resources?: readonly { urn: string; id?: string }[] } };
  const found = (deployment.resources ?? []).filter(({ id }) => id === A);
  return found.map(({ urn }) => urn.split("::").at(-1) ?? "").sort();
}
