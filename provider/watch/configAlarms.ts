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

/** @param state null if there is nothing to compare with. */
export function configFindings(readings: readonly AccountReading[], state: StackState | null): readonly Finding[] {
  return readings.flatMap(({ accountId, config: { value: config, problem } }) => {
    const entries = state?.entries.filter((entry) => entry.accountId === accountId) ?? [];
    const found = [
      ...declaredTwice(entries),
      ...(config === null
        ? [unknown(problem)]
        : [...entries.flatMap((entry) => compare(entry, config, entries)), ...healthAlarms(config.health)]),
    ];
    return found.map((finding) => ({ ...finding, accountId }));
  });
}

/** `on, $50.00 whenever the balance falls below $10.00`. */
export function describeConfig(amounts: RemoteConfig["amounts"]): string {
  return amounts
    ? `on, ${formatUsd(amounts.amount)} whenever the balance falls below ${formatUsd(amounts.threshold)}`
    : "off";
}

function compare(entry: StateEntry, { amounts }: RemoteConfig, all: readonly StateEntry[]): Found[] {
  switch (entry.role) {
    case "declared":
      return compareDeclared(entry, amounts);
    case "leftover": {
      // Deleting what another resource declares is skipped.
      const isKept = all.some(({ role }) => role === "declared");
      return amounts === null || isKept ? [] : [leftOver(entry, amounts)];
    }
    case "replaced":
      return compareReplaced(entry, amounts, all);
    case "read":
      return [];
  }
}

function compareDeclared(entry: StateEntry, amounts: RemoteConfig["amounts"]): Found[] {
  const { enabled, amount, threshold, hidden } = entry;
  if (enabled === false) {
    return amounts === null
      ? []
      : [alarm(`${describeConfig(amounts)}; ${declares(entry)} it to be off: ${SET} it off again`)];
  }
  if (enabled === true && amounts === null)
    return [alarm(`off; ${declares(entry)} it to be ${wanted(entry)}: ${SET} it on again`)];
  const differs = enabled === true && amounts !== null && isOther(amount, amounts.amount, threshold, amounts.threshold);
  if (differs) {
    return [
      alarm(
        `${describeConfig(amounts)}; ${declares(entry)} it to be ${wanted(entry)}: ${SET} it back, or declare what is set now`,
      ),
    ];
  }
  return hidden === null
    ? []
    : [unknown(`${describeConfig(amounts)}; '${entry.name}' cannot be compared, since ${hidden}`)];
}

const SET = "'pulumi up --refresh' sets";

function isOther(amount: number | null, setAmount: number, threshold: number | null, setThreshold: number): boolean {
  return (amount !== null && amount !== setAmount) || (threshold !== null && threshold !== setThreshold);
}

function leftOver(entry: StateEntry, amounts: RemoteConfig["amounts"]): Found {
  return alarm(
    `still ${describeConfig(amounts)}, left over: '${entry.name}' was replaced or removed and could not be deleted${since(entry)}: a complete ` +
      "'pulumi up', without '--target', switches it off",
  );
}

// It was switched off to be created anew. Should something else declare the account now, that is compared instead.
function compareReplaced(entry: StateEntry, amounts: RemoteConfig["amounts"], all: readonly StateEntry[]): Found[] {
  if (all.some(({ role }) => role === "declared")) return [];
  const story = `'${entry.name}', declared ${wanted(entry)}, was switched off to be replaced, and that was interrupted${since(entry)}`;
  if (amounts !== null)
    return [
      alarm(`${describeConfig(amounts)}, though ${story}: a complete 'pulumi up' finishes it, or refuses and says why`),
    ];
  if (entry.enabled === false) return [];
  return [alarm(`off: ${story}: a complete 'pulumi up' finishes it`)];
}

function declaredTwice(entries: readonly StateEntry[]): Found[] {
  const declared = entries.filter(({ role }) => role === "declared");
  if (declared.length < 2) return [];
  const sameNames = new Set(declared.map(({ name }) => name)).size < declared.length;
  const names = declared.map(({ name, urn }) => `'${sameNames ? urn : name}'`).join(" and ");
  return [
    {
      ...alarm(
        `the state has it in ${declared.length} resources, ${names}: declare it once, and run a complete 'pulumi up', without '--target'`,
      ),
      about: "state",
    },
  ];
}

function healthAlarms({ error, disabledReason, lastFailedAt }: TopupHealth): Found[] {
  if (!error && !disabledReason) return [];
  const facts = [error && `error: ${error}`, disabledReason && `disabled: ${disabledReason}`]
    .filter(Boolean)
    .join("; ");
  const last = lastFailedAt === null ? "" : `, last on ${lastFailedAt}`;
  return [{ ...alarm(`top-ups fail${last} (${facts}): check the payment method in ${DASHBOARD}`), about: "health" }];
}

function declares(entry: StateEntry): string {
  return `'${entry.name}' declares${since(entry)}`;
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
