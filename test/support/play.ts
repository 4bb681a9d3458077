// Owns playing a small JavaScript program with the local engine against a simulator, as the promises' tests do. It must not
// know what they prove.
import {
  type BillingSimulator,
  type LocalStack,
  type LocalStackOptions,
  openLocalStack,
  type RecordedRequest,
  type RunResult,
  startSimulator,
} from "../../provider/testing";
import { javascriptProgram, type Program } from "./program";

export const A = "a".repeat(32);
export const B = "b".repeat(32);
export const SUMS = "amount: 5000, threshold: 1000";

/** A simulator, a program and stacks that play it; `close()` ends them all. */
export interface Playground {
  readonly cloudflare: BillingSimulator;
  readonly program: Program;
  /** Writes the program's body; `pulumi`, `AutoTopupConfig`, `usd`, `A` and `B` are there for it. */
  declare(body: string): void;
  /** Opens a stack on the program; credentials come from its configuration unless `config` is given. */
  open(options?: Partial<LocalStackOptions>): LocalStack;
  close(): Promise<void>;
}

export async function openPlayground(): Promise<Playground> {
  const cloudflare = await startSimulator();
  const program = javascriptProgram();
  const stacks: LocalStack[] = [];
  return {
    cloudflare,
    program,
    declare: (body) => program.write("index.js", `${PRELUDE}\n${body}\n`),
    open(options = {}) {
      const config = { "cloudflare:apiToken": { secret: cloudflare.apiToken }, "cloudflare:baseUrl": cloudflare.url };
      const stack = openLocalStack({ program: program.folder, requests: cloudflare, config, ...options });
      stacks.push(stack);
      return stack;
    },
    async close() {
      await Promise.all(stacks.map((stack) => stack.dispose()));
      await cloudflare.close();
      program.remove();
    },
  };
}

const PRELUDE = `const pulumi = require("@pulumi/pulumi");
const { AutoTopupConfig, usd } = require("pulumi-cloudflare-ai-gateway-billing");
const [A, B] = ["${A}", "${B}"];`;

/** The requests of a run, for instance `["GET 200", "POST 200"]`. */
export function requestsOf({ requests }: RunResult): string[] {
  return (requests as readonly RecordedRequest[]).map(({ method, status }) => `${method} ${status}`);
}

/** What a run did to top-up configs, for instance `["create x"]`; unchanged ones are left out. */
export function stepsOf({ steps }: RunResult): string[] {
  const topups = steps.filter(({ type, op }) => type.endsWith(":AutoTopupConfig") && op !== "same");
  return topups.map(({ op, name }) => `${op} ${name}`);
}

/** The messages of a severity, in order. */
export function messages({ diagnostics }: RunResult, severity: "warning" | "error"): string[] {
  return diagnostics.filter((diagnostic) => diagnostic.severity === severity).map(({ message }) => message);
}
