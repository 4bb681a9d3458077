// A simulator, and a program that declares every resource twice, through each provider. Any engine can run it.
import { type BillingSimulator, startSimulator } from "../../provider/testing";
import { EXECUTABLE, TYPE } from "../support/plugin";
import { javascriptProgram, type Program } from "../support/program";
import type { Run } from "./runs";

export const PACKAGE = "cloudflare-ai-gateway-billing";
export const PROVIDERS = { [PACKAGE]: { command: EXECUTABLE } };

const CLASSES = ["dynamic", "plugin"] as const;

export interface Ground {
  readonly cloudflare: BillingSimulator;
  readonly program: Program;
  readonly config: Readonly<Record<string, string | { secret: string }>>;
  readonly env: Readonly<Record<string, string>>;
  /** Writes the program, which kills itself as soon as there is a file `die`. */
  declare(amounts: Run["declares"]): void;
  /** The accounts of the two resources that a name stands for. */
  accounts(name: string): string[];
  close(): Promise<void>;
}

export async function openGround(): Promise<Ground> {
  const cloudflare = await startSimulator();
  const program = javascriptProgram();
  return {
    cloudflare,
    program,
    config: { "cloudflare:apiToken": { secret: cloudflare.apiToken }, "cloudflare:baseUrl": cloudflare.url },
    env: { CLOUDFLARE_API_TOKEN: cloudflare.apiToken, CLOUDFLARE_BASE_URL: cloudflare.url },
    declare: (amounts) => program.write("index.js", programOf(amounts)),
    accounts,
    async close() {
      await cloudflare.close();
      program.remove();
    },
  };
}

function accounts(name: string): string[] {
  return CLASSES.map((_, provider) => `${provider}${Buffer.from(name).toString("hex")}`.padEnd(32, "0"));
}

function programOf(amounts: Run["declares"]): string {
  const resources = Object.entries(amounts).flatMap(([name, amount]) =>
    CLASSES.map((provider, index) => {
      const args = { accountId: accounts(name)[index], amount, threshold: 1000 };
      return `new ${provider}("${provider}-${name}", ${JSON.stringify(args)});`;
    }),
  );
  return `const { existsSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");
const { AutoTopupConfig: dynamic } = require("pulumi-${PACKAGE}");
class plugin extends pulumi.CustomResource {
  constructor(name, args) { super("${TYPE}", name, args); }
}
${resources.join("\n")}
setInterval(() => existsSync("die") && process.kill(process.pid, "SIGKILL"), 10).unref();
`;
}
