// The differential player: random sequences of programs and commands, played with the local engine and with the real
// CLI against a simulator each, and compared after every command in verdict, steps, requests, state and simulated
// account. Both run the same provider, so that nothing here depends on what that does. Steps are sets, ordered by
// `dependsOn` alone: among independent resources the real engine's order varies, and after a failure what has begun by
// then; such a sequence ends there.
//
// `npm run test:differential -- --sequences 200 --seed 1` plays it; see differential.mjs.
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import {
  type BillingSimulator,
  openCliStack,
  openLocalStack,
  type RecordedRequest,
  startSimulator,
} from "../../provider/testing";
import { ENTRANCES } from "../support/play";
import { EXECUTABLE } from "../support/plugin";
import { javascriptProgram, type Program } from "../support/program";
import type { AnyResult, AnyStack } from "../support/scenarios";

const ACCOUNTS = { A: "a".repeat(32), B: "b".repeat(32) } as const;
type Account = keyof typeof ACCOUNTS;

/** One resource of a program; what is false, null or empty is left out of it. */
interface Declared {
  readonly how: "absent" | "get" | "declare";
  readonly account: Account;
  readonly amount: number;
  readonly enabled: boolean | null;
  readonly adopt: boolean;
  readonly renamed: boolean;
  readonly aliased: boolean;
  readonly grouped: boolean;
  readonly options: readonly (keyof typeof OPTIONS)[];
}

/** One command after a program was written and the dashboard was used; the fault lasts as long as the command. */
interface Move {
  readonly command: keyof typeof COMMANDS;
  readonly first: Declared;
  readonly second: Declared;
  readonly dependent: boolean;
  readonly dashboard: { readonly account: Account; readonly does: keyof typeof DASHBOARD } | null;
  readonly fault: { readonly account: Account; readonly method: "GET" | "POST" | "DELETE" } | null;
}

export interface Sequence {
  readonly provider: keyof typeof ENTRANCES;
  readonly moves: readonly Move[];
}

const OPTIONS = {
  protect: "protect: true",
  retain: "retainOnDelete: true",
  deleteFirst: "deleteBeforeReplace: true",
  ignore: 'ignoreChanges: ["amount"]',
  replace: 'replaceOnChanges: ["amount"]',
};

const COMMANDS = {
  up: (stack: AnyStack) => stack.up(),
  preview: (stack: AnyStack) => stack.preview(),
  refresh: (stack: AnyStack) => stack.refresh(),
  destroy: (stack: AnyStack) => stack.destroy(),
  "up --refresh": (stack: AnyStack) => stack.up({ refresh: true }),
  "preview --refresh": (stack: AnyStack) => stack.preview({ refresh: true }),
  "refresh --preview-only": (stack: AnyStack) => stack.refresh({ previewOnly: true }),
};

const DASHBOARD = {
  "sets another amount": (cloudflare: BillingSimulator, id: string) =>
    cloudflare.setConfig(id, { amount: 9000, threshold: 2000 }),
  "switches off": (cloudflare: BillingSimulator, id: string) => cloudflare.setConfig(id, null),
  "shows an error": (cloudflare: BillingSimulator, id: string) =>
    cloudflare.setHealth(id, { error: "card_declined", lastFailedAt: "2026-01-01T00:00:00Z" }),
};

const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const declared = (account: Account, how: Declared["how"], other: Declared["how"]): fc.Arbitrary<Declared> =>
  fc.record({
    how: mostly(how, other, "get"),
    account: mostly(account, "A", "B"),
    amount: fc.constantFrom(5000, 8000),
    enabled: mostly<boolean | null>(null, true, false),
    adopt: mostly(false, true),
    renamed: mostly(false, true),
    aliased: mostly(true, false),
    grouped: mostly(false, true),
    options: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.subarray(Object.keys(OPTIONS) as (keyof typeof OPTIONS)[], { maxLength: 2 }) },
    ),
  });

const account = fc.constantFrom<Account>("A", "B");
const usedDashboard = fc.record({
  account,
  does: fc.constantFrom(...(Object.keys(DASHBOARD) as (keyof typeof DASHBOARD)[])),
});
const met = fc.record({ account, method: fc.constantFrom("GET" as const, "POST" as const, "DELETE" as const) });

const move = (command: fc.Arbitrary<Move["command"]>): fc.Arbitrary<Move> =>
  fc.record({
    command,
    first: declared("A", "declare", "absent"),
    second: fc.oneof(declared("B", "declare", "absent"), declared("B", "absent", "declare")),
    dependent: fc.boolean(),
    dashboard: fc.option(usedDashboard, { freq: 2 }),
    fault: fc.option(met, { freq: 6 }),
  });

/** An up to begin with, and a few commands after it. */
export const sequences: fc.Arbitrary<Sequence> = fc.record({
  provider: fc.constantFrom(...(Object.keys(ENTRANCES) as (keyof typeof ENTRANCES)[])),
  moves: fc
    .tuple(
      move(fc.constant("up")),
      fc.array(
        move(fc.oneof(fc.constant("up" as const), fc.constantFrom(...(Object.keys(COMMANDS) as Move["command"][])))),
        { minLength: 1, maxLength: 2 },
      ),
    )
    .map(([first, rest]) => [first, ...rest]),
});

const nameOf = ({ renamed }: Declared, slot: string): string => (renamed ? `${slot}-renamed` : slot);

function programOf({ first, second, dependent }: Move, prelude: string): string {
  return [
    prelude,
    `const [A, B] = ${JSON.stringify(Object.values(ACCOUNTS))};`,
    'class Group extends pulumi.ComponentResource { constructor(name) { super("my:index:Group", name); } }',
    ...(first.grouped || second.grouped ? ['const group = new Group("group");'] : []),
    "const read = (name, id) =>",
    "  AutoTopupConfig.get ? AutoTopupConfig.get(name, id) : new AutoTopupConfig(name, {}, { id });",
    resourceOf(first, "first", ""),
    resourceOf(second, "second", dependent && first.how !== "absent" ? "dependsOn: [first]" : ""),
    ...(first.how === "absent" ? [] : ["exports.amount = first.amount;"]),
  ].join("\n");
}

function resourceOf(one: Declared, slot: string, depends: string): string {
  const name = JSON.stringify(nameOf(one, slot));
  if (one.how === "absent") return "";
  if (one.how === "get") return `const ${slot} = read(${name}, ${one.account});`;
  const enabled = one.enabled === null ? "" : `, enabled: ${one.enabled}`;
  const args = `accountId: ${one.account}, amount: ${one.amount}, threshold: 1000${enabled}, adopt: ${one.adopt}`;
  const former = JSON.stringify(nameOf({ ...one, renamed: !one.renamed }, slot));
  const root = "parent: pulumi.rootStackResource";
  const aliases = `aliases: [{ name: ${former} }, { name: ${former}, ${root} }, { ${root} }]`;
  const options = [
    one.aliased ? aliases : "",
    depends,
    one.grouped ? "parent: group" : "",
    ...one.options.map((option) => OPTIONS[option]),
  ];
  return `const ${slot} = new AutoTopupConfig(${name}, { ${args} }, { ${options.filter(Boolean).join(", ")} });`;
}

/** What must be equal after a command. */
interface Outcome {
  readonly ok: boolean;
  readonly steps: readonly string[];
  readonly requests: readonly string[];
  readonly state: readonly string[];
  readonly accounts: string;
}

type Resource = Readonly<Record<string, unknown>> & { readonly urn: string; readonly type: string };

interface Engine {
  readonly program: Program;
  readonly cloudflare: BillingSimulator;
  readonly stack: AnyStack & { dispose(): Promise<void> };
  resources(): Resource[];
}

/** What one sequence came to: how many commands were alike, how many went well, and whether it ended in a race. */
export interface Played {
  readonly commands: number;
  readonly succeeded: number;
  readonly raced: boolean;
}

/** Plays a sequence with both engines. Rejects with the first disagreement. */
export async function playBoth({ provider, moves }: Sequence, cli: string): Promise<Played> {
  const entrance = ENTRANCES[provider]();
  const engines = await Promise.all([openLocal(entrance), openReal(entrance, cli)]);
  let succeeded = 0;
  try {
    for (const [index, move] of moves.entries()) {
      const text = programOf(move, entrance.prelude);
      const [ours, theirs] = await Promise.all(engines.map((engine) => play(engine, move, text)));
      if (ours === undefined || theirs === undefined) throw new Error("An engine is missing.");
      succeeded += ours.ok ? 1 : 0;
      if (JSON.stringify(ours) === JSON.stringify(theirs)) continue;
      if (isRace(move, ours, theirs)) return { commands: index, succeeded, raced: true };
      const told = JSON.stringify({ "the local engine": ours, "the real engine": theirs }, null, 2);
      throw new Error(
        `The engines disagree after '${move.command}', number ${index + 1}, of this program:\n${text}\n${told}`,
      );
    }
    return { commands: moves.length, succeeded, raced: false };
  } finally {
    await Promise.all(engines.map((engine) => close(engine)));
    entrance.remove();
  }
}

async function close({ stack, cloudflare, program }: Engine): Promise<void> {
  await stack.dispose();
  await cloudflare.close();
  program.remove();
}

type Entrance = ReturnType<(typeof ENTRANCES)[keyof typeof ENTRANCES]>;

async function ground(entrance: Entrance) {
  const cloudflare = await startSimulator();
  const program = javascriptProgram();
  const environment = { CLOUDFLARE_API_TOKEN: cloudflare.apiToken, CLOUDFLARE_BASE_URL: cloudflare.url };
  return { cloudflare, program, env: { ...entrance.env, ...environment, PULUMI_CONFIG_PASSPHRASE: "x" } };
}

async function openLocal(entrance: Entrance): Promise<Engine> {
  const { cloudflare, program, env } = await ground(entrance);
  const { providers } = entrance;
  const stack = openLocalStack({ program: program.folder, env, providers, requests: cloudflare });
  const resources = () => [...stack.state().deployment.resources] as unknown as Resource[];
  return { program, cloudflare, stack, resources };
}

async function openReal(entrance: Entrance, cli: string): Promise<Engine> {
  const { cloudflare, program, env } = await ground(entrance);
  const plugins = Object.keys(entrance.providers).map(
    (name) => `    - name: ${name}\n      path: ${path.dirname(EXECUTABLE)}\n`,
  );
  const yaml = "name: tested\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n";
  program.write("Pulumi.yaml", plugins.length === 0 ? yaml : `${yaml}plugins:\n  providers:\n${plugins.join("")}`);
  const backend = path.join(program.folder, "backend");
  program.write("backend/.keep", "");
  const own = { ...env, PULUMI_BACKEND_URL: `file://${backend}` };
  const stack = await openCliStack({ cli, program: program.folder, env: own, requests: cloudflare });
  // Reading the file spares a command.
  const file = path.join(backend, ".pulumi/stacks/tested/dev.json");
  const resources = () => JSON.parse(readFileSync(file, "utf8")).checkpoint.latest?.resources ?? [];
  return { program, cloudflare, stack, resources };
}

async function play({ program, cloudflare, stack, resources }: Engine, move: Move, text: string): Promise<Outcome> {
  const { dashboard, fault, command } = move;
  program.write("index.js", text);
  if (dashboard !== null) DASHBOARD[dashboard.does](cloudflare, ACCOUNTS[dashboard.account]);
  if (fault !== null) {
    const target = { method: fault.method, accountId: ACCOUNTS[fault.account], times: Number.POSITIVE_INFINITY };
    cloudflare.fault({ ...target, kind: "envelope", status: 403, errors: [{ code: 10000, message: "no" }] });
  }
  const before = resources();
  const result = await COMMANDS[command](stack);
  cloudflare.clearFaults();
  demandOrder(move, result);
  const seen = result.requests as readonly RecordedRequest[];
  return {
    ok: result.ok,
    steps: result.steps.flatMap(stepWord).sort(),
    requests: seen.map(({ method, path, status }) => `${method} ${path} ${status}`).sort(),
    state: resources()
      .flatMap((resource) => stateWord(resource, before))
      .sort(),
    accounts: JSON.stringify(Object.values(ACCOUNTS).map((id) => cloudflare.config(id))),
  };
}

/** The stack and components are told at other moments by the CLI, and failed refreshes of a preview are not at all. */
function stepWord({ op, outcome, name, type, diff }: AnyResult["steps"][number]): string[] {
  if (!type.endsWith(":AutoTopupConfig") || (op === "refresh" && outcome === null)) return [];
  return [`${op} ${outcome ?? ""} ${name} ${JSON.stringify(diff)}`];
}

const volatile = ["created", "modified", "provider", "sourcePosition", "stackTrace", "resourceHooks", "aliases"];

function stateWord(resource: Resource, before: readonly Resource[]): string[] {
  if (!resource.type.endsWith(":AutoTopupConfig")) return [];
  const kept = Object.entries(resource).filter(([key]) => !volatile.includes(key));
  const old = before.find(({ urn, id }) => urn === resource.urn && id === resource.id);
  const touched = old === undefined || old.modified !== resource.modified;
  return [JSON.stringify(Object.fromEntries([...kept, ["touched", touched] as const].sort(byKey).map(tidy)))];
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

function tidy([key, value]: readonly [string, unknown]): [string, unknown] {
  if (Array.isArray(value)) return [key, [...value].sort()];
  if (typeof value !== "object" || value === null) return [key, value];
  return [key, Object.fromEntries(Object.entries(value).sort(byKey).map(tidy))];
}

/** Whoever depends on another is made after it. */
function demandOrder({ first, second, dependent }: Move, { steps }: AnyResult): void {
  if (!dependent || first.how !== "declare" || second.how !== "declare") return;
  const place = (name: string): number =>
    steps.findIndex((step) => step.name === name && /^(create|update)/.test(step.op));
  const [earlier, later] = [place(nameOf(first, "first")), place(nameOf(second, "second"))];
  if (earlier >= 0 && later >= 0 && earlier > later) throw new Error("A resource was made before what it depends on.");
}

/**
 * In a failed run, which of two independent resources came first, and whether the other has begun, is left to chance.
 */
function isRace({ dependent, first, second }: Move, ours: Outcome, theirs: Outcome): boolean {
  const independent = !dependent || first.how === "absent" || second.how === "absent";
  return !ours.ok && !theirs.ok && independent;
}
