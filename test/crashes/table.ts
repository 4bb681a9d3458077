// The moments at which a provider is killed, as data, for the tests that play them and for the document that lists them.
import type { FaultAction } from "../../provider/testing/simulator/faults";
import { rateLimit } from "../faults/outcomes";
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
  /**
   * The requests of the `pulumi up --refresh` that mends what the next `pulumi up` cannot know of if the change is taken back. Null where
   * that is not played: a pause that a 429 asked for holds a second resource back before it has sent anything.
   */
  readonly mended: string | null;
}

/** Where a create is taken back, no state says that there was one: nothing but the next `pulumi up` could have told. */
export function isForgotten({ call, applied }: Moment): boolean {
  return applied && call === "create";
}

export const MOMENTS: readonly Moment[] = [
  {
    call: "firstRead",
    moment: "it reads the remote values",
    hold: { kind: "hang" },
    applied: false,
    next: "GET, POST",
    mended: "none",
  },
  ...writing("create", { again: "GET, POST", found: "GET" }, { unapplied: "none", applied: "none" }),
  ...writing("update", { again: "POST", found: "POST" }, { unapplied: "GET", applied: "GET, POST" }),
  ...writing("delete", { again: "DELETE", found: "DELETE" }, { unapplied: "GET", applied: "GET ×2, POST" }),
  {
    call: "create",
    moment: "it waits as a 429 asked for, and all others with it",
    hold: rateLimit("60"),
    applied: false,
    next: "GET, POST",
    mended: null,
  },
];

function writing(
  call: CallName,
  next: { readonly again: string; readonly found: string },
  mended: { readonly unapplied: string; readonly applied: string },
): Moment[] {
  const made = { call, applied: true, next: next.found, mended: mended.applied };
  return [
    {
      call,
      moment: "its write is not applied yet",
      hold: { kind: "hang" },
      applied: false,
      next: next.again,
      mended: mended.unapplied,
    },
    { ...made, moment: "its write is applied, not answered", hold: { kind: "hang", apply: true } },
    { ...made, moment: "the answer is on its way", hold: { kind: "stall" } },
    { ...made, moment: "the state is not stored yet", hold: null },
  ];
}
