// What a person reads about an account's auto top-up: what is declared, what was found, and what to do next. The rules pick the message.
import type { Amounts, TopupHealth } from "../cloudflare/answers";
import { printable } from "../cloudflare/printable";
import type { Declaration, Resource, TopupInputs } from "./model";
import { formatCents } from "./money";

export const DASHBOARD = "the Cloudflare dashboard (AI > AI Gateway > Credits Available > Manage > auto top-up)";

export function notAdopted(declared: TopupInputs, remote: Amounts): string {
  return (
    `Account ${declared.accountId} already has auto top-up set, with other values than declared. Nothing was changed for this account.\n` +
    `  remote:    ${describeAmounts(remote)}\n  declared:  ${describeAmounts(declared.enabled ? declared : null)}\n` +
    "- To take the remote values over, declare them. To replace them, or to switch auto top-up off if that is declared, set 'adopt: true' for " +
    "one `pulumi up`.\n" +
    "- If another resource of this stack had the account until now (a rename, or two resources that swap their accounts): declare the remote " +
    "values in this `pulumi up`, and the new ones in the next.\n" +
    "- If another stack declares this account as well: keep it in one of the two.\n" +
    "- If the resource is tainted, or you ran `pulumi up --replace`: run `pulumi state untaint`, or `pulumi up` without `--replace`."
  );
}

export function declaredTwice(accountId: string, first: Resource, second: Resource): string {
  const byUrn = first.name === second.name && second.key.startsWith("urn:");
  const [one, two] = [first, second].map(({ key, name }) => `'${printable(byUrn ? key : name)}'`);
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
  const owner = `'${printable(name)}', which declares the same account now,`;
  const kept = `The auto top-up config of account ${accountId} was not removed: ${owner}`;
  if (progress === "failed") {
    return `${kept} could not be created. The state keeps this resource. Solve the other one's problem, then run the same command again.`;
  }
  return (
    `${kept} was not created in this run. The state keeps this resource.\n` +
    "- If the other one's dependencies failed: solve that, then run the same command again.\n" +
    "- If this resource, or one that it swaps accounts with, is deleted before it is replaced: take 'deleteBeforeReplace' out for one `pulumi up`."
  );
}

export function deleteOfRead(accountId: string): string {
  return (
    `The auto top-up config of account ${accountId} was not removed, since this program also reads it with 'get', which needs it.\n` +
    "- To switch auto top-up off: remove the 'get' from the program, then run `pulumi up`.\n" +
    "- To leave it on and no longer manage it: `pulumi state delete` the URN of the resource that was removed from the program. If that URN " +
    'has come to mean another resource ("ambiguously referred"): `pulumi stack export --file state.json`, take out the entry with this id and ' +
    '`"delete": true`, `pulumi stack import --file state.json`.'
  );
}

/** Said beside the failure of a create, which would otherwise seem to be all that has happened. */
export function switchedOff(accountIds: readonly string[], failed: string): string {
  const [account, stay, it, that] =
    accountIds.length === 1
      ? ["account", "It stays", "it", "that account"]
      : ["accounts", "They stay", "them", "those accounts"];
  return (
    `This run had already switched off auto top-up of ${account} ${accountIds.join(", ")} when the create for account ${failed} failed. ` +
    `${stay} off. To bring ${it} back, declare ${that} in the program again, as before, and run \`pulumi up\`.`
  );
}

export function notTheStoredAccount(id: string, stored: string): string {
  return (
    `The state names two accounts for this resource: its id is ${id}, and its 'accountId' is ${stored}. Nothing was sent. The two are ` +
    "always the same, so the state was edited by hand: put it right with `pulumi stack export` and `pulumi stack import`."
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

/**
 * What to do after a write that did not take effect.
 *
 * @param wanted null if auto top-up should be off.
 * @param advice what cures the refusal, if a change in the dashboard does not.
 */
export function notApplied(
  status: number | null,
  wanted: Amounts | null,
  remote: Amounts | null,
  advice: string | null = null,
): string {
  const compared = `  remote:    ${describeAmounts(remote)}\n  wanted:    ${describeAmounts(wanted)}\n`;
  if (advice !== null) return `${compared}${advice}`;
  if (status !== 403) return `${compared}The write was not applied; run the same command again.`;
  return (
    `${compared}Either the API token lacks the permission "AI Gateway Write", or Cloudflare lets only dashboard sessions change this. ` +
    `${wanted ? "Set these values" : "Switch it off"} in ${DASHBOARD}; then the same command succeeds unchanged.`
  );
}

export const UNCONFIRMED =
  "The write may have been applied all the same: neither an answer nor a read could tell. The state keeps the resource with an initialization " +
  "error, so the next `pulumi up` writes what is declared then, even if you take the change back. `pulumi up --refresh` clears that error and " +
  "reads instead: it writes only if the remote values differ from what is declared.";

export const MAYBE_OFF =
  "Auto top-up may be off already: neither an answer nor a read could tell. Check the network, the proxy and 'baseUrl', then run the same " +
  "command again; to keep the resource after all, run `pulumi up --refresh`, which finds out and sets it again.";

export function failing(accountId: string, { error, disabledReason, lastFailedAt }: TopupHealth): string {
  const facts = [error && `error: ${printable(error)}`, disabledReason && `disabled: ${printable(disabledReason)}`];
  const since = lastFailedAt ? `, last on ${printable(lastFailedAt)}` : "";
  return (
    `Auto top-up of account ${accountId} is failing${since} (${facts.filter(Boolean).join("; ")}). ` +
    `Requests will fail once the credits are used up: check the payment method in ${DASHBOARD}.`
  );
}

function describeAmounts(amounts: Amounts | null): string {
  return amounts
    ? `amount ${formatCents(amounts.amount)}, threshold ${formatCents(amounts.threshold)}`
    : "off (not set)";
}
