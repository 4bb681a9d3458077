// Judges what Cloudflare said: what is set against what the state says, which needs no limits, and what was charged by the limits of the command
// line. Each finding says what is so, what the state says and by which resource, since when as far as that is known, and what to do.
import type { RemoteConfig, TopupHealth } from "../cloudflare/answers";
import type { ChargeHistory } from "../cloudflare/invoices";
import { counted } from "../command/safeText";
import { type Bounds, chargesSince, describeSpan, type Span, type Tally, tallySince } from "../topup/charges";
import { DASHBOARD } from "../topup/messages";
import { formatUsd } from "../topup/money";
import type { AccountReading, Readings } from "./accountReadings";
import { describeDate } from "./chargeWords";
import { alarm, type Finding, unknown } from "./findings";
import type { StackState, StateEntry } from "./stackState";

type Amounts = RemoteConfig["amounts"];

/** @param state null if there is nothing to compare with. */
export function configFindings(readings: readonly AccountReading[], state: StackState | null): readonly Finding[] {
  return readings.flatMap(({ accountId, config: { value, problem } }) => {
    const entries = state?.entries.filter((entry) => entry.accountId === accountId) ?? [];
    const compared = value && entries.flatMap((entry) => compare(entry, value.amounts, entries) ?? []);
    const found = [
      ...declaredTwice(entries),
      ...(compared ?? [unknown("config", problem ?? "")]),
      ...failing(value?.health),
    ];
    return found.map((finding) => ({ ...finding, accountId }));
  });
}

/** `on, $50.00 whenever the balance falls below $10.00`. */
export function describeConfig(set: Amounts): string {
  return set ? `on, ${formatUsd(set.amount)} whenever the balance falls below ${formatUsd(set.threshold)}` : "off";
}

function compare(entry: StateEntry, set: Amounts, entries: readonly StateEntry[]): Finding | null {
  const { role, name, enabled } = entry;
  if (role === "declared") return compareDeclared(entry, set);
  // What another resource declares is not deleted with a leftover, and is compared with that one.
  if (role === "read" || entries.some((other) => other.role === "declared")) return null;
  if (role === "leftover") {
    const isRead = entries.some((other) => other.role === "read");
    const deleted = `${isRead ? "remove the 'get' of this account, then " : ""}a complete 'pulumi up', without '--target', switches it off`;
    const forgotten =
      "'pulumi up' will forget it and leave it on ('retainOnDelete'), so switch it off in the dashboard or declare it";
    const cure = entry.isRetained ? forgotten : deleted;
    const story = `left over: '${name}' was replaced or removed and could not be deleted${since(entry)}`;
    return set && alarm("config", `still ${describeConfig(set)}, ${story}: ${cure}`);
  }
  if (set === null && enabled === false) return null;
  const story = `'${name}', declared ${wanted(entry)}, was switched off to be replaced, and that was interrupted${since(entry)}`;
  return alarm(
    "config",
    `${describeConfig(set)}, but ${story}: a complete 'pulumi up' finishes it, or refuses and says why`,
  );
}

function compareDeclared(entry: StateEntry, set: Amounts): Finding | null {
  const { name, enabled, amount, threshold, hidden } = entry;
  const isOther =
    set !== null && [amount ?? set.amount, threshold ?? set.threshold].join() !== [set.amount, set.threshold].join();
  const facts = `${describeConfig(set)}; '${name}' declares it to be ${wanted(entry)}${since(entry)}`;
  if (enabled === false && set !== null)
    return alarm("config", `${facts}: 'pulumi up --refresh' switches it off again`);
  if (enabled && set === null) return alarm("config", `${facts}: 'pulumi up --refresh' switches it on again`);
  if (enabled && isOther)
    return alarm("config", `${facts}: 'pulumi up --refresh' sets it back, or declare what is set now`);
  return hidden === null || enabled === false
    ? null
    : unknown("config", `${describeConfig(set)}; '${name}' cannot be compared, since ${hidden}`);
}

function declaredTwice(entries: readonly StateEntry[]): Finding[] {
  const declared = entries.filter(({ role }) => role === "declared");
  if (declared.length < 2) return [];
  const byUrn = new Set(declared.map(({ name }) => name)).size < declared.length;
  const names = declared.map(({ name, urn }) => `'${byUrn ? urn : name}'`).join(" and ");
  const cure = "declare it once, and run a complete 'pulumi up', without '--target'";
  return [alarm("state", `the state has it in ${declared.length} resources, ${names}: ${cure}`)];
}

function failing(health: TopupHealth | undefined): Finding[] {
  if (!health?.error && !health?.disabledReason) return [];
  const { error, disabledReason, lastFailedAt } = health;
  const facts = [error && `error: ${error}`, disabledReason && `disabled: ${disabledReason}`]
    .filter(Boolean)
    .join("; ");
  const last = lastFailedAt === null ? "" : `, last on ${lastFailedAt}`;
  return [alarm("health", `top-ups fail${last} (${facts}): check the payment method in ${DASHBOARD}`)];
}

function wanted({ enabled, amount, threshold }: StateEntry): string {
  if (enabled === false) return "off";
  return amount === null || threshold === null ? "on" : describeConfig({ amount, threshold });
}

function since({ modified }: StateEntry): string {
  return modified === null ? "" : ` (state of ${describeDate(modified)})`;
}

/** The most that may happen to each account in a span of time: a number of charges, of failed attempts, or US cents. */
export interface Limit {
  readonly kind: "charges" | "failed" | "usd";
  readonly most: number;
  readonly span: Span;
}

/** An account whose charges could not be read is unknown, with or without limits. */
export function chargeFindings({ now, accounts }: Readings, limits: readonly Limit[]): readonly Finding[] {
  return accounts.flatMap(({ accountId, history: { value, problem } }) => {
    const judged = value && limits.flatMap((limit) => judge(value, limit, now - limit.span.ms) ?? []);
    return (judged ?? [unknown("charges", problem ?? "")]).map((found) => ({ ...found, accountId }));
  });
}

const STOP = "to stop the charges, declare 'enabled: false' and run 'pulumi up'; then find what uses up the credits";
const REPAIR =
  "repair the payment method, or declare 'enabled: false' and run 'pulumi up', before the card's bank blocks it";

function judge(history: ChargeHistory, limit: Limit, since: number): Finding | null {
  const { bounds, missing } = boundsOf(tallySince(history, since), limit.kind);
  const noun = limit.kind === "failed" ? "failed attempt" : "charge";
  const show = (value: number) => (limit.kind === "usd" ? formatUsd(value) : counted(value, noun));
  const rule = `in ${describeSpan(limit.span)}; the limit is ${show(limit.most)}`;
  if (bounds.least > limit.most) {
    const begin = beginOf(history, limit.kind, since);
    const more = bounds.most === bounds.least ? "" : "at least ";
    const cure = limit.kind === "failed" ? REPAIR : STOP;
    return alarm("charges", `${more}${show(bounds.least)} ${rule}${begin}: ${cure}`);
  }
  if (bounds.most !== null && bounds.most <= limit.most) return null;
  const known =
    bounds.most === null ? `${show(bounds.least)} known` : `at least ${bounds.least}, at most ${show(bounds.most)}`;
  return unknown("charges", `${known} ${rule}, and ${missing}: see the dashboard's invoices`);
}

const PARTLY = "Cloudflare lists only a part, or does not say when or how often";

function boundsOf(tally: Tally, kind: Limit["kind"]): { bounds: Bounds; missing: string } {
  if (kind !== "usd") return { bounds: kind === "failed" ? tally.failedAttempts : tally.charges, missing: PARTLY };
  const { usd: least = 0, ...others } = tally.amounts;
  const missing = [
    tally.charges.most === tally.charges.least ? "" : PARTLY,
    tally.lacksSums ? "some charges have no readable amount" : "",
    Object.keys(others).length > 0 ? "some charges are not in dollars" : "",
  ].find((reason) => reason !== "");
  return { bounds: { least, most: missing ? null : least }, missing: missing ?? "" };
}

/** Since when, as far as what exceeds the limit has dates. */
function beginOf(history: ChargeHistory, kind: Limit["kind"], since: number): string {
  const outcomes = chargesSince(history, since).filter(({ date, outcome, failedAttempts }) =>
    date === null ? false : kind === "failed" ? outcome === "failed" || failedAttempts : outcome === "charged",
  );
  const first = outcomes.at(-1)?.date ?? null;
  return first === null ? "" : `, since ${describeDate(first)}`;
}
