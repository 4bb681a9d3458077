// The runs of one stack, as data: most are killed in the middle, and each repairs what the one before has left, as far as a run can. Every name
// stands for two resources, one of the dynamic provider and one of the plugin.
import type { FaultAction } from "../../provider/testing/simulator/faults";

export interface Run {
  readonly name: string;
  /** The amounts in US cents. */
  readonly declares: Readonly<Record<string, number>>;
  /** `interrupt` is Ctrl-C, twice. */
  readonly kill?: "program" | "engine" | "interrupt";
  /** As `pulumi up --refresh`. */
  readonly refresh?: boolean;
  /** The requests that are held when it is killed: of the dynamic resource and of the plugin's. */
  readonly holds?: readonly ["POST" | "DELETE", Readonly<Record<string, readonly [FaultAction, FaultAction]>>];
  /** What the run before has left undone and this one does, with one effective change in both together. */
  readonly settles: readonly string[];
  /** The remote amounts afterwards, of the dynamic resource and of the plugin's, where they are not for this run to settle. */
  readonly leaves?: Readonly<Record<string, readonly [number, number]>>;
}

// Held for good, for an engine that is killed meanwhile.
const unread: FaultAction = { kind: "hang" };
const applied: FaultAction = { kind: "hang", apply: true };
// An engine outlives its program, and waits for what is under way.
const slow: FaultAction = { kind: "delay", ms: 1500 };

const created = { one: 2000, two: 3000, three: 4000 };
const changed = { one: 2500, two: 3500, fresh: 6000 };
const raised = { one: 25000, two: 35000 };

export const RUNS: readonly Run[] = [
  {
    name: "the program is killed while everything is being created",
    declares: created,
    kill: "program",
    holds: ["POST", { one: [slow, slow], two: [slow, slow], three: [slow, slow] }],
    settles: [],
  },
  {
    name: "one up takes over what was created",
    declares: created,
    settles: ["one", "two", "three"],
  },
  {
    name: "the engine is killed in creates and updates, applied and not",
    declares: { ...created, one: changed.one, fresh: changed.fresh },
    kill: "engine",
    holds: ["POST", { one: [unread, applied], fresh: [applied, unread] }],
    settles: [],
  },
  {
    name: "one up ends them; its program is killed in other updates, and so nothing is deleted",
    declares: changed,
    kill: "program",
    holds: ["POST", { two: [slow, slow] }],
    settles: ["one", "fresh"],
  },
  {
    name: "one up ends those; its engine is killed in deletes, applied and not",
    declares: changed,
    kill: "engine",
    holds: ["DELETE", { three: [unread, applied] }],
    settles: ["two"],
  },
  {
    name: "one up ends the deletes",
    declares: changed,
    settles: ["three"],
  },
  {
    name: "its engine is killed in an update that is applied",
    declares: { ...changed, one: raised.one },
    kill: "engine",
    holds: ["POST", { one: [applied, applied] }],
    settles: [],
    leaves: { one: [raised.one, raised.one] },
  },
  // Ctrl-C lets the plugin end its write itself, so what is not applied there is at most written again.
  {
    name: "that change is taken back: one up sends nothing for it; Ctrl-C twice ends that up in another update",
    declares: { ...changed, two: raised.two },
    kill: "interrupt",
    holds: ["POST", { two: [applied, unread] }],
    settles: [],
    leaves: { one: [raised.one, raised.one], two: [raised.two, changed.two] },
  },
  {
    name: "that one is taken back, too: one up ends without an error, and the remote values stay",
    declares: changed,
    settles: [],
    leaves: { one: [raised.one, raised.one], two: [raised.two, changed.two] },
  },
  {
    name: "up --refresh ends as declared",
    declares: changed,
    refresh: true,
    settles: [],
    leaves: { one: [changed.one, changed.one], two: [changed.two, changed.two] },
  },
];
