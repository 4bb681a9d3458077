// Which requests a call may make: only what was declared. Written without a line of provider/, so that a mistake there is not repeated here.
import { isDeepStrictEqual } from "node:util";
import type { RecordedRequest, SimulatedConfig } from "../../provider/testing/simulator";

export interface Amounts {
  amount: number;
  threshold: number;
}

interface Declared extends Amounts {
  accountId: string;
  enabled: boolean;
  adopt: boolean;
}

const NAMES = ["accountId", "amount", "threshold", "enabled", "adopt"];

/** What valid properties declare; null if anything is wrong with them: then nothing may be written. */
export function declaredBy(properties: unknown): Declared | null {
  if (typeof properties !== "object" || properties === null) return null;
  const own = new Map(Object.entries(properties));
  const [accountId, amount, threshold] = [own.get("accountId"), own.get("amount"), own.get("threshold")];
  const [enabled, adopt] = [own.get("enabled") ?? true, own.get("adopt") ?? false];
  const strangers = [...own.keys()].filter((name) => !name.startsWith("__") && !NAMES.includes(name));
  if (strangers.length > 0 || typeof accountId !== "string" || !/^[0-9a-f]{32}$/i.test(accountId)) return null;
  if (!isSum(amount, 1000) || !isSum(threshold, 500)) return null;
  if (typeof enabled !== "boolean" || typeof adopt !== "boolean") return null;
  return { accountId: accountId.toLowerCase(), amount, threshold, enabled, adopt };
}

function isSum(value: unknown, least: number): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= least;
}

export interface Allowance {
  /** What was declared to a create or an update; null if nothing was, or nothing valid. */
  declared: Declared | null;
  /** The account that a delete was asked for; null if none was. */
  removed: string | null;
  /** What the account had before a create, which must not replace it unseen; undefined for other calls. */
  found?: SimulatedConfig | null | undefined;
}

/** The requests that were not asked for, each as a sentence. */
export function unasked(requests: readonly RecordedRequest[], allowance: Allowance): string[] {
  const wrong = requests.filter((request) => !isAllowed(request, allowance));
  return wrong.map(({ method, path, body }) => `unasked: ${method} ${path} ${JSON.stringify(body)}`);
}

function isAllowed(
  { method, path, accountId, body }: RecordedRequest,
  { declared, removed, found }: Allowance,
): boolean {
  if (
    !/^\/client\/v4\/accounts\/[0-9a-f]{32}\/ai-gateway\/billing\/(topup\/config|credit-balance|invoice-history)$/.test(
      path,
    )
  )
    return false;
  if (method === "GET") return true;
  if (method === "DELETE" && removed !== null && accountId === removed.toLowerCase()) return true;
  if (declared === null || accountId !== declared.accountId || !path.endsWith("/config")) return false;
  const { amount, threshold, enabled, adopt } = declared;
  if (found && !adopt) return false;
  return method === (enabled ? "POST" : "DELETE") && (!enabled || isDeepStrictEqual(body, { amount, threshold }));
}
