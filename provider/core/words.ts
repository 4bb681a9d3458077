// Owns the sentences about a live config: what is declared, what was found and what to do. It must not decide anything.
import { printable } from "./errors";
import type { Declaration, Resource, Sums, TopupHealth, TopupInputs } from "./model";
import { formatCents } from "./money";

const DASHBOARD = "the Cloudflare dashboard (AI > AI Gateway > Credits Available > Manage > auto top-up)";

export function notAdopted(declared: TopupInputs, live: Sums): string {
  return (
    `Account ${declared.accountId} already has auto top-up set, and not as declared. Nothing was changed.\n` +
    `${compare(declared.enabled ? declared : null, live)}\n` +
    "Declare the live values to take them over as they are, or set 'adopt: true' once to replace them, or to switch them off, as declared. " +
    "If another stack declares this account as well, keep it in one of the two. " +
    "If this is a replacement by `--replace` or of a tainted resource, run `pulumi up` without `--replace`, or `pulumi state untaint` first."
  );
}

export function declaredTwice(accountId: string, first: Resource, second: Resource): string {
  const [one, two] = [first, second].map(({ key, name }) => `'${printable(first.name === second.name ? key : name)}'`);
  return (
    `Account ${accountId} is declared twice in this stack, by ${one} and by ${two}, and it has only one auto top-up config. ` +
    "Keep one of the two; nothing was changed for this one."
  );
}

/** @param name of the resource that keeps the account. */
export function deleteSkipped(accountId: string, name: string): string {
  return (
    `The auto top-up config of account ${accountId} was not removed: '${printable(name)}' declares the same account now ` +
    "(a rename, a move or a replacement), and removing it would switch that one off."
  );
}

export function deleteRefused(accountId: string, { name, progress }: Declaration): string {
  const why = progress === "failed" ? "could not be created" : "was not created in this run";
  return (
    `The auto top-up config of account ${accountId} was not removed: '${printable(name)}', which declares the same account now, ${why}. ` +
    "The state keeps the resource that was to be deleted. Mend what is told of the other one, then run the same command again."
  );
}

export function deleteOfRead(accountId: string): string {
  return (
    `The auto top-up config of account ${accountId} was not removed, since this program also reads it with 'get', which needs it. ` +
    "To leave it on and no longer manage it, run `pulumi state delete` for the resource that was removed from the program; to switch " +
    "auto top-up off, remove the 'get' as well."
  );
}

export function notTheStoredAccount(id: string, stored: string): string {
  return (
    `The state names two accounts for this resource: its id is ${id}, and its 'accountId' is ${stored}. Nothing was sent. The two are ` +
    "always the same, so somebody has edited the state: put it right with `pulumi stack export` and `pulumi stack import`."
  );
}

export function notLowerCase(id: string, accountId: string): string {
  return `Account ids are written in lower case: use ${accountId} instead of ${id}. With another spelling, Pulumi would take it for another account.`;
}

export function notAnAccountId(id: string): string {
  return `'${printable(id)}' is not a Cloudflare account id (32 hexadecimal digits), which is this resource's id.`;
}

export function nothingToRead(accountId: string): string {
  return (
    `Account ${accountId} has no auto top-up config, so there is nothing to read or import. ` +
    "Check the account id, or declare an AutoTopupConfig to set one."
  );
}

/** What to do after a write that did not take effect; `wanted` is null where auto top-up should be off. */
export function notApplied(status: number | null, wanted: Sums | null, live: Sums | null): string {
  const compared = `  live:      ${describeSums(live)}\n  wanted:    ${describeSums(wanted)}\n`;
  if (status !== 403) return `${compared}The write was not applied; run the same command again.`;
  return (
    `${compared}Either the API token lacks the permission "AI Gateway Write", or Cloudflare lets only dashboard sessions change this. ` +
    `${wanted ? "Set these values" : "Switch it off"} in ${DASHBOARD}; then the same command succeeds unchanged.`
  );
}

export const UNCONFIRMED =
  "The write may have been applied all the same, and no look could tell. The resource is kept as unfinished: the next `pulumi up` " +
  "writes what is declared then, also if you take the change back.";

export const MAYBE_OFF =
  "Auto top-up may be off already, and no read could tell. Check the network, the proxy and 'baseUrl', then run the same command again; " +
  "if the resource is to stay after all, run `pulumi up --refresh`, which finds out and sets it again.";

export function failing(accountId: string, { error, disabledReason, lastFailedAt }: TopupHealth): string {
  const facts = [error && `error: ${printable(error)}`, disabledReason && `disabled: ${printable(disabledReason)}`];
  const since = lastFailedAt ? `, last on ${printable(lastFailedAt)}` : "";
  return (
    `Auto top-up of account ${accountId} is failing${since} (${facts.filter(Boolean).join("; ")}). ` +
    `Requests will fail once the credits are used up: check the payment method in ${DASHBOARD}.`
  );
}

function compare(declared: Sums | null, live: Sums | null): string {
  return `  live:      ${describeSums(live)}\n  declared:  ${describeSums(declared)}`;
}

function describeSums(sums: Sums | null): string {
  return sums ? `amount ${formatCents(sums.amount)}, threshold ${formatCents(sums.threshold)}` : "off (not set)";
}
