// Sequences of engine features that could lose an account: programs and commands in their order, and what must come of each, with any engine.
import { A, AMOUNTS, B } from "../support/play";

/** One command, after the program was given `declare` as its body. */
export interface Move {
  readonly declare?: string;
  readonly command: "preview" | "up" | "destroy";
  /** Flags that only the real CLI has. */
  readonly flags?: readonly string[];
  /** Cloudflare refuses the next write. */
  readonly refused?: true;
  readonly ok: boolean;
  readonly requests: readonly string[];
  /** What the person at the command line reads. */
  readonly says?: string;
  /** The amount of account A afterwards; null where auto top-up is off. */
  readonly remote: number | null;
  /** The resources that hold account A in the state afterwards. */
  readonly state: readonly string[];
}

export interface Sequence {
  readonly name: string;
  /** Uses what the local engine does not support. */
  readonly cliOnly?: true;
  /** The classes are `Dynamic` and `Plugin` in every program; `Topup` is each of these in turn. */
  readonly moves: readonly Move[];
}

const declared = `{ accountId: A, ${AMOUNTS} }`;
const dearer = "{ accountId: A, amount: 6000, threshold: 1000 }";
const x = (args: string, options = "") => `new Topup("x", ${args}${options && `, ${options}`});`;

const first: Move = {
  declare: x(declared),
  command: "up",
  ok: true,
  requests: ["GET", "POST"],
  remote: 5000,
  state: ["x"],
};
const destroyed: Move = { command: "destroy", ok: true, requests: ["DELETE"], remote: null, state: [] };
const untouched = { requests: [], remote: 5000, state: ["x"] };

/** Through each of the two providers. */
export const SEQUENCES: readonly Sequence[] = [
  {
    name: "a rename with other values under --continue-on-error keeps the account in the state, under its old name",
    moves: [
      first,
      {
        declare: `new Topup("renamed", ${dearer});`,
        command: "up",
        flags: ["--continue-on-error"],
        ok: false,
        requests: ["GET"],
        says: "was not removed: 'renamed', which declares the same account now, could not be created",
        remote: 5000,
        state: ["x"],
      },
      destroyed,
    ],
  },
  {
    name: "a rename whose new name depends on what fails keeps the account on",
    moves: [
      first,
      {
        declare: `const failing = new Topup("failing", { accountId: B, ${AMOUNTS} });
new Topup("renamed", ${declared}, { dependsOn: failing });`,
        command: "up",
        flags: ["--continue-on-error"],
        ok: false,
        requests: ["GET"],
        remote: 5000,
        state: ["x"],
      },
    ],
  },
  {
    name: "two resources for one account fail the preview, with other values and with the same",
    moves: [
      {
        declare: `${x(declared)} new Topup("y", ${declared});`,
        command: "preview",
        ok: false,
        requests: [],
        says: "is declared twice in this stack, by",
        remote: null,
        state: [],
      },
      first,
      { declare: `${x(declared)} new Topup("y", ${dearer});`, command: "preview", ok: false, ...untouched },
    ],
  },
  {
    name: "a managed resource that is read under another spelling is not switched off",
    moves: [
      first,
      {
        declare: 'Topup.get("x", A.toUpperCase());',
        command: "up",
        ok: false,
        says: `use ${A} instead of ${A.toUpperCase()}`,
        ...untouched,
      },
      {
        declare: 'Topup.get("x", A.toUpperCase());',
        command: "up",
        flags: ["--continue-on-error"],
        ok: false,
        ...untouched,
      },
      { declare: 'Topup.get("x", A);', command: "up", ok: true, requests: ["GET"], remote: 5000, state: ["x"] },
    ],
  },
  {
    name: "a resource that is removed while its account is read under another name is kept",
    moves: [
      first,
      {
        declare: 'Topup.get("y", A);',
        command: "up",
        ok: false,
        requests: ["GET"],
        says: "this program also reads it with 'get'",
        remote: 5000,
        state: ["x", "y"],
      },
    ],
  },
];

/** Where only the plugin is told which properties changed. */
export const PLUGIN_SEQUENCES: readonly Sequence[] = [
  {
    name: "replaceOnChanges writes the new amount and spares the account",
    moves: [
      first,
      {
        declare: x(dearer, '{ replaceOnChanges: ["amount"] }'),
        command: "up",
        ok: true,
        requests: ["GET", "POST"],
        says: "was not removed: 'x' declares the same account now",
        remote: 6000,
        state: ["x"],
      },
      { ...destroyed },
    ],
  },
  {
    name: "replaceOnChanges with deleteBeforeReplace removes and sets again, and a later destroy switches off",
    moves: [
      first,
      {
        declare: x(dearer, '{ replaceOnChanges: ["amount"], deleteBeforeReplace: true }'),
        command: "up",
        ok: true,
        requests: ["DELETE", "GET", "POST"],
        remote: 6000,
        state: ["x"],
      },
      destroyed,
    ],
  },
  {
    name: "replaceOnChanges with deleteBeforeReplace whose create fails ends with the account off, and the next up sets it",
    moves: [
      first,
      {
        declare: x(dearer, '{ replaceOnChanges: ["amount"], deleteBeforeReplace: true }'),
        command: "up",
        refused: true,
        ok: false,
        requests: ["DELETE", "GET", "POST"],
        says: "Cloudflare answered 400",
        remote: null,
        state: ["x"],
      },
      {
        declare: x(dearer, '{ replaceOnChanges: ["amount"], deleteBeforeReplace: true }'),
        command: "up",
        ok: true,
        requests: ["GET", "POST"],
        remote: 6000,
        state: ["x"],
      },
      destroyed,
    ],
  },
  {
    name: "the old half of a replacement, deleted only by the next run, leaves the account on",
    cliOnly: true,
    moves: [
      first,
      {
        declare: `const x = new Topup("x", ${declared}); new Topup("failing", { accountId: B, ${AMOUNTS} }, { dependsOn: x });`,
        command: "up",
        flags: ["--replace", "urn:pulumi:dev::tested::cloudflare-ai-gateway-billing:index:AutoTopupConfig::x"],
        ok: false,
        requests: ["GET", "GET"],
        remote: 5000,
        state: ["x", "x"],
      },
      {
        declare: x(declared),
        command: "up",
        ok: true,
        requests: [],
        says: "was not removed: 'x' declares the same account now",
        remote: 5000,
        state: ["x"],
      },
    ],
  },
  {
    name: "a rename by alias that also deletes before it replaces is refused, and a later removal switches off",
    cliOnly: true,
    moves: [
      first,
      {
        declare: `new Topup("y", ${dearer}, { aliases: [{ name: "x" }], replaceOnChanges: ["amount"], deleteBeforeReplace: true });`,
        command: "up",
        ok: false,
        requests: [],
        says: "was not removed: 'y', which declares the same account now, was not created in this run",
        remote: 5000,
        state: ["x"],
      },
      { declare: "", command: "up", ok: true, requests: ["DELETE"], remote: null, state: [] },
    ],
  },
  {
    name: "a rename by import spares the account",
    cliOnly: true,
    moves: [
      first,
      {
        declare: `new Topup("renamed", ${declared}, { import: A });`,
        command: "up",
        ok: true,
        requests: ["GET"],
        says: "was not removed: 'renamed' declares the same account now",
        remote: 5000,
        state: ["renamed"],
      },
    ],
  },
];

/** With both providers in one program. */
export const MIXED_SEQUENCES: readonly Sequence[] = [
  {
    name: "a move from the dynamic provider to the plugin without an alias switches nothing off",
    moves: [
      { ...first, declare: `new Dynamic("x", ${declared});` },
      {
        declare: `new Plugin("x", ${declared});`,
        command: "up",
        ok: true,
        requests: ["GET"],
        says: "was not removed: 'x' declares the same account now",
        remote: 5000,
        state: ["x"],
      },
      destroyed,
    ],
  },
  {
    name: "an account declared through both providers fails the preview",
    moves: [
      {
        declare: `new Dynamic("x", ${declared}); new Plugin("y", ${declared});`,
        command: "preview",
        ok: false,
        requests: [],
        says: "is declared twice in this stack, by",
        remote: null,
        state: [],
      },
    ],
  },
];

export { A, B };
