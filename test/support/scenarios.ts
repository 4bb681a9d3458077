// Owns the scenarios that are played with the local engine and with the real CLI: what the program declares, what happens
// in the dashboard, which command runs. It must not know which of the two plays them.
import type { BillingSimulator } from "../../provider/testing";

export const A = "a".repeat(32);
export const B = "b".repeat(32);

/** The two engines' common face. */
export interface AnyStack {
  preview(options?: { refresh?: boolean }): Promise<AnyResult>;
  up(options?: { refresh?: boolean }): Promise<AnyResult>;
  refresh(options?: { previewOnly?: boolean }): Promise<AnyResult>;
  destroy(options?: { refresh?: boolean }): Promise<AnyResult>;
}

export interface AnyStep {
  readonly op: string;
  readonly outcome?: string | null;
  readonly name: string;
  readonly type: string;
  readonly diff: Readonly<Record<string, unknown>>;
}

export interface AnyResult {
  readonly ok: boolean;
  readonly steps: readonly AnyStep[];
  readonly requests: readonly unknown[];
  readonly lines: readonly string[];
}

/** One command of a scenario, after the program was given `declare` as its body and the dashboard was used. */
export interface Play {
  readonly declare?: string;
  readonly dashboard?: (cloudflare: BillingSimulator) => void;
  readonly run: (stack: AnyStack) => Promise<AnyResult>;
}

export interface Scenario {
  readonly name: string;
  readonly plays: readonly Play[];
}

const up = (stack: AnyStack) => stack.up();
const preview = (stack: AnyStack) => stack.preview();
const topup = (name: string, args: string, opts = "") => `new AutoTopupConfig("${name}", { ${args} }, { ${opts} });`;
const amounts = "amount: 5000, threshold: 1000";

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "a whole life: create, no change, update, drift, refresh, repair, destroy",
    plays: [
      { declare: topup("x", `accountId: A, ${amounts}`), run: preview },
      { run: up },
      { run: up },
      { declare: topup("x", "accountId: A, amount: 8000, threshold: 1000"), run: preview },
      { run: up },
      { dashboard: (cloudflare) => cloudflare.setConfig(A, { amount: 8000, threshold: 50000 }), run: preview },
      { run: (stack) => stack.preview({ refresh: true }) },
      { run: (stack) => stack.refresh() },
      { run: up },
      { dashboard: (cloudflare) => cloudflare.setConfig(A, null), run: (stack) => stack.up({ refresh: true }) },
      { run: (stack) => stack.destroy({ refresh: true }) },
    ],
  },
  {
    name: "refusals: a bad value, an account set otherwise, an account declared twice",
    plays: [
      { declare: topup("x", "accountId: A, amount: 20, threshold: 499"), run: preview },
      {
        declare: topup("x", `accountId: A, ${amounts}`),
        dashboard: (cloudflare) => cloudflare.setConfig(A, { amount: 7000, threshold: 700 }),
        run: up,
      },
      { declare: topup("x", `accountId: A, ${amounts}, adopt: true`), run: up },
      { declare: topup("x", `accountId: A, ${amounts}`), run: up },
      { declare: topup("x", `accountId: A, ${amounts}, enabled: false`), run: up },
      { run: (stack) => stack.destroy() },
    ],
  },
  {
    name: "renames and replacements: never off by mistake",
    plays: [
      { declare: topup("x", `accountId: A, ${amounts}`), run: up },
      { declare: topup("renamed", `accountId: A, ${amounts}`), run: up },
      { declare: topup("aliased", `accountId: A, ${amounts}`, 'aliases: [{ name: "renamed" }]'), run: up },
      { declare: topup("aliased", `accountId: B, ${amounts}`), run: preview },
      { run: up },
      { declare: topup("aliased", `accountId: A, ${amounts}`, "deleteBeforeReplace: true"), run: up },
      { declare: topup("aliased", `accountId: A, ${amounts}`, "protect: true"), run: up },
      { declare: "", run: up },
      { declare: topup("aliased", `accountId: A, ${amounts}`, "retainOnDelete: true"), run: up },
      { declare: "", run: up },
    ],
  },
  {
    name: "options: ignoreChanges, a parent, a dependency, a secret, reading with get",
    plays: [
      {
        declare: `class Group extends pulumi.ComponentResource { constructor(name) { super("my:index:Group", name); } }
          const parent = new Group("group");
          const first = ${topup("first", `accountId: A, amount: pulumi.secret(5000), threshold: 1000`, "parent")}
          ${topup("second", `accountId: B, ${amounts}`, "dependsOn: [first], ignoreChanges: ['amount']")}`,
        run: up,
      },
      {
        declare: `${topup("second", "accountId: B, amount: 9000, threshold: 1000", "ignoreChanges: ['amount']")}`,
        run: up,
      },
      { declare: "exports.amount = AutoTopupConfig.get('seen', B).amount;", run: up },
      { run: (stack) => stack.destroy() },
    ],
  },
];

/** The program of a scenario: plain JavaScript, so that no compiler is waited for. */
export function programOf(body: string): string {
  return `const pulumi = require("@pulumi/pulumi");
const { AutoTopupConfig } = require("pulumi-cloudflare-ai-gateway-billing");
const [A, B] = ["${A}", "${B}"];
${body}
`;
}
