// What topup-watch found, and the exit code for it. What is not known is never taken for fine.

/** The process's exit codes. */
export const EXIT = { ok: 0, error: 1, usage: 2, unknown: 3, alarm: 4 } as const;

/**
 * What a finding is about: `config`, what is set at Cloudflare against what the state says; `health`, top-ups that fail; `charges`, a limit of
 * the command line; `state`, the state itself; `provider`, code in the state that is not ours.
 */
export type Subject = "config" | "health" | "charges" | "state" | "provider";

export interface Finding {
  readonly kind: "alarm" | "unknown";
  readonly about: Subject;
  /** Null if it is not known which account it is about. */
  readonly accountId: string | null;
  /** What is so, and what to do, without the account. */
  readonly message: string;
}

type Make = (about: Subject, message: string, accountId?: string | null) => Finding;
export const alarm: Make = (about, message, accountId = null) => ({ kind: "alarm", about, accountId, message });
export const unknown: Make = (about, message, accountId = null) => ({ kind: "unknown", about, accountId, message });

/** Alarms first; within each kind the order stays. */
export function bySeverity(findings: readonly Finding[]): readonly Finding[] {
  return [...findings.filter(({ kind }) => kind === "alarm"), ...findings.filter(({ kind }) => kind === "unknown")];
}

/** The exit code of the most serious finding. */
export function exitCodeOf(findings: readonly Finding[]): number {
  return EXIT[bySeverity(findings)[0]?.kind ?? "ok"];
}
