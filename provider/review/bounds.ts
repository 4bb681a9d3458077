// Owns what the gateways of a stack bound an account's spending to, from the preview alone. It must not know how a limit is declared.
import { formatUsd } from "../topup/money";
import { type Gateway, gatewaysIn, type SpendLimit, type Why } from "./gateways";
import type { Preview } from "./preview";
import { known, type Terms } from "./terms";
import type { Quote } from "./words";

/** What the plan shows of gateways. */
export interface Bounds {
  readonly gateways: readonly Gateway[];
  /** Some unchanged resources are not in the preview, and may be gateways. */
  readonly isPart: boolean;
}

/** Whether an account's spending is bounded, in words; only `bounded` is proven to be. */
export interface Bound {
  readonly isBounded: boolean;
  readonly text: string;
}

export function boundsIn(preview: Preview): Bounds {
  const listed = new Set(preview.steps.filter(({ op }) => op === "same" || op === "refresh").map(({ urn }) => urn));
  return { gateways: gatewaysIn(preview), isPart: preview.sames > listed.size };
}

/** The gateways add up: each has a budget of its own. */
export function boundOf({ accountId }: Terms, { gateways, isPart }: Bounds, quote: Quote): Bound {
  const open = (text: string) => ({ isBounded: false, text });
  const account = known(accountId)?.toLowerCase() ?? null;
  const own = gateways.filter((gateway) => account !== null && known(gateway.accountId)?.toLowerCase() === account);
  const limitless = own.find(({ limit }) => limit === null);
  if (limitless)
    return open(`not bounded: gateway ${quote(limitless.name)} of this stack has no spend limit on all of its traffic`);
  const stranger = gateways.find((gateway) => account === null || known(gateway.accountId) === null);
  if (stranger)
    return open(`${NOT_KNOWN}: the preview does not show which account gateway ${quote(stranger.name)} belongs to`);
  for (const { name, limit } of own) {
    if (limit !== null && "hidden" in limit)
      return open(`${NOT_KNOWN}: the spend limit of gateway ${quote(name)} ${WHY[limit.hidden]}`);
  }
  if (isPart) return open(`${NOT_KNOWN}: unchanged resources are left out of this preview, add --show-sames`);
  if (own.length === 0) return open("no spend limit in this stack");
  const limits = own.flatMap(({ limit }) => (limit !== null && "cents" in limit ? [limit] : []));
  return { isBounded: true, text: `bounded at ${inTotal(limits)} by the gateways of this stack` };
}

const NOT_KNOWN = "whether a spend limit bounds it is not known";

const WHY: Readonly<Record<Why, string>> = {
  unknown: "is known only during 'pulumi up'",
  secret: "is secret",
  unreadable: "cannot be read",
  unsaid: "does not say 'enabled: true'",
};

function inTotal(limits: readonly SpendLimit[]): string {
  const windows = [...new Set(limits.map(({ seconds }) => seconds))].sort((one, other) => one - other);
  const sum = (window: number) =>
    limits.filter(({ seconds }) => seconds === window).reduce((total, { cents }) => total + cents, 0);
  return windows.map((window) => `${formatUsd(sum(window))} ${windowInWords(window)}`).join(" plus ");
}

function windowInWords(seconds: number): string {
  const unit = UNITS.find(([, length]) => seconds % length === 0);
  if (!unit) return `in ${seconds} seconds`;
  const [name, length] = unit;
  const article = name === "hour" ? "an" : "a";
  return seconds === length ? `${article} ${name}` : `in ${seconds / length} ${name}s`;
}

const UNITS: readonly (readonly [string, number])[] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];
