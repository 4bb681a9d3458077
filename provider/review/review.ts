// Owns the review as data, the same for every output format: what changes, what failed, what else is in the plan.
// It must not know how it is worded, printed or judged.
import { type Bounds, boundsIn } from "./bounds";
import { type Change, changesOf, othersIn } from "./changes";
import { type Failure, failuresOf, warningsOf } from "./failures";
import type { Past } from "./past";
import type { Preview } from "./preview";
import { stackOf } from "./urn";

export interface Review {
  /** The stack's name; empty where the plan holds no resource at all. */
  readonly stack: string;
  /** Every AutoTopupConfig in the plan, unchanged ones included where the preview lists them. */
  readonly changes: readonly Change[];
  /** Why the preview failed. If it did, the changes are only as far as it got. */
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
  /** How many other resources the plan touches. */
  readonly others: number;
  readonly bounds: Bounds;
  /** What the accounts were charged before; null where nobody says. */
  readonly past: Past | null;
}

export function reviewOf(preview: Preview, past: Past | null = null): Review {
  const urns = [...preview.steps, ...preview.diagnostics].map(({ urn }) => urn);
  return {
    stack: urns.map(stackOf).find((stack) => stack !== "") ?? "",
    changes: changesOf(preview),
    failures: failuresOf(preview),
    warnings: warningsOf(preview),
    others: othersIn(preview),
    bounds: boundsIn(preview),
    past,
  };
}
