// Owns the report as JSON, for other tools and for 'topup-review --charges'. Its shape is a promise to them: `format` changes if it ever
// breaks. It must not know how the report came about.
import { exitCodeOf, type Finding } from "./gate";
import type { AccountCharges, Report } from "./report";
import { SPANS } from "./spans";
import { chargesSince, totalSince } from "./totals";
import { UNIT } from "./words";

/**
 * One JSON document. Amounts are Cloudflare's numbers as they are.
 *
 * @param since from when on each charge is listed, in milliseconds since 1970.
 */
export function asJson(report: Report, findings: readonly Finding[], since: number): string {
  const document = {
    format: 1,
    asOf: new Date(report.now).toISOString(),
    unit: UNIT,
    accounts: report.accounts.map((account) => accountJson(account, report.now, since)),
    findings,
    exitCode: exitCodeOf(findings),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function accountJson({ accountId, history, problem }: AccountCharges, now: number, since: number) {
  if (history === null) return { accountId, problem, isWhole: false, totals: null, charges: [] };
  const totals = Object.fromEntries(SPANS.map(({ text, ms }) => [text, totalSince(history, now - ms)]));
  return { accountId, problem, isWhole: history.isWhole, totals, charges: chargesSince(history, since) };
}
