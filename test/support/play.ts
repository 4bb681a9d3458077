// Owns playing a small JavaScript program with the local engine against a simulator, through either front provider, as the
// promises' tests do. It must not know what they prove.
import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  type BillingSimulator,
  type LocalStack,
  type LocalStackOptions,
  openLocalStack,
  type RecordedRequest,
  type RunResult,
  startSimulator,
} from "../../provider/testing";
import { EXECUTABLE } from "./plugin";
import { javascriptProgram, type Program } from "./program";
import type { ProviderName } from "./providers";
import { makeSdk } from "./sdk";

export const A = "a".repeat(32);
export const B = "b".repeat(32);
export const AMOUNTS = "amount: 5000, threshold: 1000";

type Config = NonNullable<LocalStackOptions["config"]>;

/** A simulator, a program and stacks that play it; `close()` ends them all. */
export interface Playground {
  readonly cloudflare: BillingSimulator;
  readonly program: Program;
  /** Writes the program's body; `pulumi`, `AutoTopupConfig`, `usd`, `A` and `B` are there for it. */
  declare(body: string): void;
  /** The same settings as stack configuration, in the provider's own namespace. */
  settings(connection: { apiToken?: string; baseUrl?: string }): Config;
  /** Opens a stack on the program; credentials come from its configuration unless `config` is given. */
  open(options?: Partial<LocalStackOptions>): LocalStack;
  /** Opens a stack on a program that was applied before. An up for it is played once; after that, what came of it is copied. */
  applied(body: string): Promise<LocalStack>;
  close(): Promise<void>;
}

export async function openPlayground(provider: ProviderName = "the dynamic provider"): Promise<Playground> {
  const cloudflare = await startSimulator();
  const program = javascriptProgram();
  const { prelude, namespace, env, providers, remove } = ENTRANCES[provider]();
  const stacks: LocalStack[] = [];
  const states = new Map<string, string>();
  const settings: Playground["settings"] = ({ apiToken, baseUrl }) => ({
    ...(apiToken === undefined ? {} : { [`${namespace}:apiToken`]: { secret: apiToken } }),
    ...(baseUrl === undefined ? {} : { [`${namespace}:baseUrl`]: baseUrl }),
  });
  const declare: Playground["declare"] = (body) => {
    program.write("index.js", `${prelude}\nconst [A, B] = ["${A}", "${B}"];\n${body}\n`);
  };
  const open: Playground["open"] = (options = {}) => {
    const stack = openLocalStack({
      program: program.folder,
      requests: cloudflare,
      config: settings({ apiToken: cloudflare.apiToken, baseUrl: cloudflare.url }),
      ...options,
      env: { ...env, ...options.env },
      providers: { ...providers, ...options.providers },
    });
    stacks.push(stack);
    return stack;
  };
  return {
    ...{ cloudflare, program, settings, declare, open },
    async applied(body) {
      const stateFile = path.join(program.folder, `${randomUUID()}.json`);
      const stack = open({ stateFile });
      declare(body);
      const known = states.get(body);
      if (known === undefined) {
        if (!(await stack.up()).ok) throw new Error(`This program cannot be applied: ${body}`);
        states.set(body, readFileSync(stateFile, "utf8"));
      } else {
        writeFileSync(stateFile, known);
        for (const { outputs = {} } of stack.state().deployment.resources.filter(isTopup)) {
          cloudflare.setConfig(String(outputs.accountId), outputs as Amounts);
        }
      }
      return stack;
    },
    async close() {
      await Promise.all(stacks.map((stack) => stack.dispose()));
      await cloudflare.close();
      program.remove();
      remove();
    },
  };
}

type Amounts = { readonly amount: number; readonly threshold: number };

function isTopup({ type }: { type: string }): boolean {
  return type.endsWith(":AutoTopupConfig");
}

/** What a provider asks of a program and its stack. */
interface Entrance {
  readonly prelude: string;
  readonly namespace: string;
  readonly env: Readonly<Record<string, string>>;
  readonly providers: NonNullable<LocalStackOptions["providers"]>;
  remove(): void;
}

/** What each provider asks of a program and its stack. */
export const ENTRANCES: Record<ProviderName, () => Entrance> = {
  "the dynamic provider": () => ({
    prelude: `const pulumi = require("@pulumi/pulumi");
const { AutoTopupConfig, usd } = require("pulumi-cloudflare-ai-gateway-billing");`,
    namespace: "cloudflare",
    env: {},
    providers: {},
    remove() {},
  }),
  "the plugin": () => {
    const sdk = makeSdk();
    return {
      prelude: `const pulumi = require("@pulumi/pulumi");
const { AutoTopupConfig } = require("pulumi-cloudflare-ai-gateway-billing-sdk");
const usd = (dollars) => dollars * 100;`,
      namespace: "cloudflare-ai-gateway-billing",
      env: sdk.env,
      providers: { "cloudflare-ai-gateway-billing": { command: EXECUTABLE } },
      remove: () => sdk.remove(),
    };
  },
};

/** The requests of a run, for instance `["GET 200", "POST 200"]`. */
export function requestsOf({ requests }: RunResult): string[] {
  return (requests as readonly RecordedRequest[]).map(({ method, status }) => `${method} ${status}`);
}

/** What a run did to top-up configs, for instance `["create x"]`; unchanged ones are left out. */
export function stepsOf({ steps }: RunResult): string[] {
  const topups = steps.filter((step) => isTopup(step) && step.op !== "same");
  return topups.map(({ op, name }) => `${op} ${name}`);
}

/** The messages of a severity, in order. */
export function messages({ diagnostics }: RunResult, severity: "warning" | "error"): string[] {
  return diagnostics.filter((diagnostic) => diagnostic.severity === severity).map(({ message }) => message);
}
