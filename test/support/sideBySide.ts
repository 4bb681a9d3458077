// Programs in which every resource is declared twice: through the dynamic provider and through the plugin, each for an account of its own.
// A run costs seconds, so both providers share one. What a run did is given back once, and an error where the two providers differ in it. It
// does not know what a test proves.
import path from "node:path";
import { expect } from "@jest/globals";
import type {
  BillingSimulator,
  Fault,
  LocalStack,
  LocalStackOptions,
  PropertyChange,
  RecordedRequest,
  RunResult,
  SimulatedConfig,
} from "../../provider/testing";
import { openPlayground } from "./play";

const SIDES = ["dynamic", "plugin"] as const;
type Side = (typeof SIDES)[number];

export interface SideBySide {
  readonly cloudflare: BillingSimulator;
  /** One state for all that `open` returns. */
  readonly stateFile: string;
  /**
   * Writes the program. `resources` is played once for each provider, with `topup(name, args?, options?)` at hand, which declares $50.00
   * below $10.00 for the account `account(name)`; `shared` is played once before. Both have `pulumi`, `Dynamic` and `Plugin`.
   */
  declare(resources: string, shared?: string): void;
  /** Credentials come from the stack's configuration unless `config` is given. */
  open(options?: Partial<LocalStackOptions>): LocalStack;
  /** Sets what the accounts of this name have in the dashboard. */
  setRemote(name: string, config: SimulatedConfig | null): void;
  /** What the accounts of this name have. */
  remoteOf(name: string): SimulatedConfig | null;
  fault(name: string, fault: Fault): void;
  /** The accounts of this name. */
  accountsOf(name: string): readonly string[];
  /** What a run asked of the accounts of this name: `GET POST`. */
  requestsOf(run: RunResult, name: string): string;
  /** What a run did to the resources of this name, and what changed where something did. */
  stepsOf(run: RunResult, name: string): { op: string; diff: Readonly<Record<string, PropertyChange>> }[];
  /** What the state holds of the resources of this name: their inputs and outputs, without what only the dynamic provider stores. */
  storedOf(name: string): { inputs: object; outputs: object } | null;
  close(): Promise<void>;
}

export async function openSideBySide(): Promise<SideBySide> {
  const ground = await openPlayground("the plugin");
  const { cloudflare, program } = ground;
  const stateFile = path.join(program.folder, "state.json");
  const config = Object.fromEntries(
    ["cloudflare", "cloudflare-ai-gateway-billing"].map((namespace) => [
      `${namespace}:apiToken`,
      { secret: cloudflare.apiToken },
    ]),
  );
  const open: SideBySide["open"] = ({ env, ...options } = {}) =>
    ground.open({ stateFile, config, ...options, env: { CLOUDFLARE_BASE_URL: cloudflare.url, ...env } });
  const state = open();
  return {
    ...{ cloudflare, stateFile, open },
    declare: (resources, shared = "") => ground.declare(programOf(resources, shared)),
    setRemote: (name, remote) => {
      for (const side of SIDES) cloudflare.setConfig(accountOf(side, name), remote);
    },
    remoteOf: (name) => alike((side) => cloudflare.config(accountOf(side, name))),
    fault: (name, fault) => {
      for (const side of SIDES) cloudflare.fault({ ...fault, accountId: accountOf(side, name) });
    },
    accountsOf: (name) => SIDES.map((side) => accountOf(side, name)),
    requestsOf: ({ requests }, name) =>
      alike((side) => {
        const own = (requests as RecordedRequest[]).filter(({ accountId }) => accountId === accountOf(side, name));
        return own.map(({ method }) => method).join(" ");
      }),
    stepsOf: ({ steps }, name) =>
      alike((side) => {
        const own = steps.filter((step) => step.name === `${side} ${name}`);
        return neutral(own.map(({ op, diff }) => ({ op, diff })));
      }),
    storedOf: (name) =>
      alike((side) => {
        const { resources } = state.state().deployment;
        const found = resources.find(({ urn }) => urn.endsWith(`::${side} ${name}`));
        if (!found) return null;
        const { __provider: _, ...inputs } = found.inputs ?? {};
        const { __provider: __, ...outputs } = found.outputs ?? {};
        return neutral({ inputs, outputs });
      }),
    close: () => ground.close(),
  };
}

/** What is found on both sides; an error where it is not the same. */
function alike<T>(find: (side: Side) => T): T {
  const [dynamic, plugin] = [find("dynamic"), find("plugin")];
  expect({ plugin }).toEqual({ plugin: dynamic });
  return dynamic;
}

/** The same without the digit in which the accounts of the two providers differ. */
function neutral<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replace(/"[de](?=[0-9a-f]{31}")/g, '"'));
}

function accountOf(side: Side, name: string): string {
  return `${side === "dynamic" ? "d" : "e"}${Buffer.from(name.slice(0, 15)).toString("hex").padEnd(31, "0")}`;
}

function programOf(resources: string, shared: string): string {
  return `const Plugin = AutoTopupConfig;
const Dynamic = require("pulumi-cloudflare-ai-gateway-billing").AutoTopupConfig;
${accountOf.toString()}
${shared}
for (const [side, Topup] of Object.entries({ dynamic: Dynamic, plugin: Plugin })) {
  const account = (name) => accountOf(side, name);
  const topup = (name, args, options) =>
    new Topup(side + " " + name, { accountId: account(name), amount: 5000, threshold: 1000, ...args }, options);
  ${resources}
}`;
}
