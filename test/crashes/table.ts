// Owns the moments at which a provider is killed, as data. It must not know how they are reached, nor how they are printed.
import type { FaultAction } from "../../provider/testing/simulator/faults";
import { rateLimit } from "../faults/script";
import type { CallName } from "../faults/table";

export interface Moment {
  readonly call: CallName;
  /** As in "killed while ...". */
  readonly moment: string;
  /** What holds the call there; null where it is through and only the engine does not know. */
  readonly hold: FaultAction | null;
  /** Whether Cloudflare has made the change by then. */
  readonly applied: boolean;
  /** The requests of the next `pulumi up`. */
  readonly next: string;
}

export const MOMENTS: readonly Moment[] = [
  {
    call: "look",
    moment: "it looks what is live",
    hold: { kind: "hang" },
    applied: false,
    next: "GET, POST",
  },
  ...writing("create", { again: "GET, POST", found: "GET" }),
  ...writing("update", { again: "POST", found: "POST" }),
  ...writing("delete", { again: "DELETE", found: "DELETE" }),
  {
    call: "create",
    moment: "it waits as a 429 asked for, and all others with it",
    hold: rateLimit("60"),
    applied: false,
    next: "GET, POST",
  },
];

function writing(call: CallName, { again, found }: { again: string; found: string }): Moment[] {
  return [
    { call, moment: "its write is not applied yet", hold: { kind: "hang" }, applied: false, next: again },
    {
      call,
      moment: "its write is applied, not answered",
      hold: { kind: "hang", apply: true },
      applied: true,
      next: found,
    },
    { call, moment: "the answer is on its way", hold: { kind: "stall" }, applied: true, next: found },
    { call, moment: "the state is not stored yet", hold: null, applied: true, next: found },
  ];
}
