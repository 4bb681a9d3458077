// Compares what is set at Cloudflare with what the state says, account by account: topup-watch's first half, which needs no limits. Each
// finding says what is set, what the state says and by which resource, since when as far as that is known, and what to do.
import type { RemoteConfig, TopupHealth } from "../cloudflare/answers";
import { DASHBOARD } from "../topup/messages";
import { formatUsd } from "../topup/money";
import type { AccountReading } from "./accountReadings";
import { describeDate } from "./chargeWords";
import type { Finding } from "./findings";
import type { StackState, StateEntry } from "./stackState";

type Found = Omit<Finding, "accountId">;
type Amounts = RemoteConfig["amounts"];

/** @param state null if there is nothing to compare with. */
export function configFindings(readings: readonly AccountReading[], state: StackState | null): readonly Finding[] {
  return readings.flatMap(({ accountId, config: { value, problem } }) => {
    const entries = state?.entries.filter((entry) => entry.accountId === accountId) ?? [];
    const compared = value && entries.flatMap((entry) => compare(entry, value.amounts, entries) ?? []);
    const found = [...declaredTwice(entries), ...(compared ?? [unknown(problem ?? "")]), ...failing(value?.health)];
    return found.map((finding) => ({ ...finding, accountId }));
  });
}

/** `on, $50.00 whenever the balance falls below $10.00`. */
export function describeConfig(set: Amounts): string {
  return set ? `on, ${formatUsd(set.amount)} whenever the balance falls below ${formatUsd(set.threshold)}` : "off";
}

function compare(entry: StateEntry, set: Amounts, entries: readonly StateEntry[]): Found | null {
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
    return set && alarm(`still ${describeConfig(set)}, ${story}: ${cure}`);
  }
  if (set === null && enabled === false) return null;
  const story = `'${name}', declared ${wanted(entry)}, was switched off to be replaced, and that was interrupted${since(entry)}`;
  return alarm(`${describeConfig(set)}, but ${story}: a complete 'pulumi up' finishes it, or refuses and says why`);
}

function compareDeclared(entry: StateEntry, set: Amounts): Found | null {
  const { name, enabled, amount, threshold, hidden } = entry;
  const isOther =
    set !== null && [amount ?? set.amount, threshold ?? set.threshold].join() !== [set.amount, set.threshold].join();
  const facts = `${describeConfig(set)}; '${name}' declares it to be ${wanted(entry)}${since(entry)}`;
  if (enabled === false && set !== null) return alarm(`${facts}: 'pulumi up --refresh' switches it off again`);
  if (enabled && set === null) return alarm(`${facts}: 'pulumi up --refresh' switches it on again`);
  if (enabled && isOther) return alarm(`${facts}: 'pulumi up --refresh' sets it back, or declare what is set now`);
  return hidden === null || enabled === false
    ? null
    : unknown(`${describeConfig(set)}; '${name}' cannot be compared, since ${hidden}`);
}

function declaredTwice(entries: readonly StateEntry[]): Found[] {
  const declared = entries.filter(({ role }) => role === "declared");
  if (declared.length < 2) return [];
  const byUrn = new Set(declared.map(({ name }) => name)).size < declared.length;
  const names = declared.map(({ name, urn }) => `'${byUrn ? urn : name}'`).join(" and ");
  const cure = "declare it once, and run a complete 'pulumi up', without '--target'";
  return [{ ...alarm(`the state has it in ${declared.length} resources, ${names}: ${cure}`), about: "state" }];
}

function failing(health: TopupHealth | undefined): Found[] {
  if (!health?.error && !health?.disabledReason) return [];
  const { error, disabledReason, lastFailedAt } = health;
  const facts = [error && `error: ${error}`, disabledReason && `disabled: ${disabledReason}`]
    .filter(Boolean)
    .join("; ");
  const last = lastFailedAt === null ? "" : `, last on ${lastFailedAt}`;
  return [{ ...alarm(`top-ups fail${last} (${facts}): check the payment method in ${DASHBOARD}`), about: "health" }];
}

function wanted({ enabled, amount, threshold }: StateEntry): string {
  if (enabled === false) return "off";
  return amount === null || threshold === null ? "on" : describeConfig({ amount, threshold });
}

function since({ modified }: StateEntry): string {
  return modified === null ? "" : ` (state of ${describeDate(modified)})`;
}

const alarm = (message: string): Found => ({ kind: "alarm", about: "config", message });
const unknown = (message: string): Found => ({ kind: "unknown", about: "config", message });
