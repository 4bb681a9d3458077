// Sorts the steps of a plan by AutoTopupConfig, and tells the resource itself from what an interrupted replacement left over of it: both have
// the same URN. Called by changes.ts, which says what the steps mean, and by understood.ts, which says what does not fit together.
// The operations are those of pulumi/pulumi, pkg/resource/deploy/step.go.
import { DYNAMIC_TYPE, isOurs, PLUGIN_TYPE, PROVIDER_SOURCE } from "../pulumi/urn";
import type { Preview, Step, View } from "./preview";

/** What a plan does with one resource. */
export interface Planned {
  /**
   * The step that says it: of a replacement the `replace`, of an import that is followed by an update the update; the `refresh` if that found
   * the resource gone, and it is no longer declared.
   */
  readonly step: Step;
  /** The step that brings the resource into the stack, if it is imported. */
  readonly imported: Step | null;
  /** It is deleted at Cloudflare already, by a replacement that was interrupted before it created the new one. */
  readonly isPending: boolean;
  /** The plan deletes what an earlier replacement left over. */
  readonly isLeftover: boolean;
  /** What the refresh before the plan was about, if there was one. */
  readonly refresh: Step | null;
}

export type Resources = ReturnType<typeof resourcesIn>;

/** The operations that show a resource as it was, and those that show it as it is to be. Any other is not known. */
const SHOW_OLD =
  "same update replace delete delete-replaced refresh discard discard-replaced remove-pending-replace".split(" ");
const SHOW_NEW = "same update replace create create-replacement read read-replacement import import-replacement".split(
  " ",
);

export function isKnown(op: string): boolean {
  return SHOW_OLD.includes(op) || SHOW_NEW.includes(op);
}

const DELETES = ["delete", "delete-replaced"];
/** These say nothing that the `replace` step or the state does not say, or touch only what was read. */
const PARTS = ["create-replacement", "read-replacement", "discard-replaced", "discard", "remove-pending-replace"];

export function resourcesIn(preview: Preview) {
  const ours = preview.steps.filter((step) => isOurStep(step) && isUnderstood(step));
  const refreshes = ours.filter(({ op }) => op === "refresh");
  const urns = new Set(ours.filter(({ op }) => op !== "refresh").map(({ urn }) => urn));
  const misfits: Step[] = [];
  const planned = [...urns].flatMap((urn) => {
    const steps = ours.filter((step) => step.urn === urn && step.op !== "refresh" && !PARTS.includes(step.op));
    const isPart = ours.some((step) => step.urn === urn && step.op.endsWith("-replacement"));
    const found = isPart && !steps.some(({ op }) => op === "replace") ? null : plannedIn(steps, preview);
    if (found === null) misfits.push(...ours.filter((step) => step.urn === urn).slice(0, 1));
    return found ?? [];
  });
  const refreshOf = (one: Planned) => refreshes.find((step) => isRefreshOf(step, one)) ?? null;
  const withRefresh = planned.map((one) => ({ ...one, refresh: refreshOf(one) }));
  const used = new Set(withRefresh.map(({ refresh }) => refresh));
  const left = refreshes.filter((step) => !used.has(step) && !step.old?.external && !step.old?.pendingReplacement);
  const gone = left.filter(({ old }) => !old?.delete).map((step) => plan(step, { refresh: step }));
  return {
    planned: [...withRefresh, ...gone],
    /** Left over and refreshed, while its delete is not in the plan. */
    unplanned: left.filter(({ old }) => old?.delete),
    /** Steps of one resource that do not fit together. */
    misfits,
  };
}

/** Whether the step is about an AutoTopupConfig: of our type, or run by our provider under another dynamic type. Components never are. */
export function isOurStep(step: Step): boolean {
  if (isLeftOut(step)) return false;
  const isOfOurType = ({ type }: View) => type === DYNAMIC_TYPE || type === PLUGIN_TYPE || isOurs(step.urn);
  return viewsOf(step).some((view) => view.custom && (isOfOurType(view) || codesOf(view).includes(PROVIDER_SOURCE)));
}

/** `--target` or `--exclude` leaves out what is still to be created: the engine lists it as the same, without an id or any value. */
export function isLeftOut({ op, old, new: after }: Step): boolean {
  const isEmpty = (view: View | null) =>
    view !== null && !view.id && !Object.keys({ ...view.inputs, ...view.outputs })[0];
  return op === "same" && isEmpty(old) && isEmpty(after);
}

export function viewsOf(step: Step): readonly View[] {
  return [step.old, step.new].filter((view) => view !== null);
}

/** The provider code of a dynamic resource, which stands in its inputs and in its outputs. */
export function codesOf({ inputs, outputs }: View): readonly unknown[] {
  return [inputs.__provider, outputs.__provider].filter((code) => code !== undefined);
}

/** Whether the operation is known, and all that it needs is shown. */
export function isUnderstood(step: Step): boolean {
  const { op, old } = step;
  // What was only read is discarded, and what is deleted already is forgotten. Anything else would be deleted.
  if (op.startsWith("discard") && !old?.external) return false;
  if (op === "remove-pending-replace" && !old?.pendingReplacement) return false;
  return isKnown(op) && !(SHOW_OLD.includes(op) && old === null) && !(SHOW_NEW.includes(op) && step.new === null);
}

// Null if the steps do not fit together.
function plannedIn(steps: readonly Step[], preview: Preview): readonly Planned[] | null {
  const deletes = steps.filter(({ op }) => DELETES.includes(op));
  const mains = steps.filter(({ op }) => !DELETES.includes(op));
  const ops = mains.map(({ op }) => op).join(" ");
  const replace = mains.find(({ op }) => op === "replace");
  const own = deletes.filter(({ old }) => (replace ? old?.id !== replace.old?.id : true));
  // `destroy --run-program` registers a resource before it deletes it.
  const live = own.filter(({ old }) => !old?.delete);
  const isDestroyed = ops === "same" && live.length === 1;
  const last = mains.at(-1);
  if (last === undefined || isDestroyed)
    return own.map((step) => plan(step, { isLeftover: step.old?.delete === true }));
  if (live.length > 0 || !FITTING.test(ops)) return null;
  const isPending = replace?.old?.pendingReplacement === true;
  // Either all steps of replacements are listed, or none (without --show-replacement-steps, which understood.ts says).
  const areListed = preview.steps.some(({ op }) => op.endsWith("-replacement"));
  if (replace && areListed && !isPending && deletes.length === own.length && !replace.old?.external) return null;
  const imported = mains.find(({ op }) => op === "import") ?? null;
  // An import that replaces is followed by its `replace`, and by an update if the remote values are others.
  const step = replace && last !== replace ? { ...replace, new: last.new } : last;
  return [plan(step, { imported, isPending }), ...own.map((step) => plan(step, { isLeftover: true }))];
}

const FITTING = /^(same|create|update|read|replace|import( update)?|import-replacement replace( update)?)$/;

function plan(step: Step, more: Partial<Planned>): Planned {
  return { step, imported: null, isPending: false, isLeftover: false, refresh: null, ...more };
}

function isRefreshOf({ urn, old }: Step, { step, isLeftover }: Planned): boolean {
  // With an alias, the refresh still has the old URN.
  if (urn !== (step.old?.urn || step.urn) || old?.delete !== isLeftover) return false;
  return !old.pendingReplacement && (!isLeftover || old.id === step.old?.id);
}
