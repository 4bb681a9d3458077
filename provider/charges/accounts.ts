// Owns which accounts a stack is about: from what 'pulumi stack export' or 'pulumi stack output --json' prints to account ids. It must not
// know what is asked about them.
import { type Fields, fieldsOf, listOf, textOf } from "../review/fields";
import { isOurs } from "../review/urn";

/** The input names no account. The message is for the user. */
export class NoAccounts extends Error {}

const EXPECTED = "Expected what 'pulumi stack export' or 'pulumi stack output --json' prints";

/**
 * Every account once, in lower case.
 *
 * @throws NoAccounts where there is none, with what to do.
 */
export function accountsIn(text: string): readonly string[] {
  if (text.trim() === "") throw new NoAccounts(`${EXPECTED}, got nothing: see the error output of that command.`);
  const document = fieldsOf(parse(text));
  if (!document) throw new NoAccounts(`${EXPECTED}, got something that is no JSON object.`);
  const deployment = fieldsOf(document.deployment);
  const found = deployment ? ofResources(deployment) : ofOutputs(document, false);
  if (found.length > 0) return [...new Set(found)];
  throw new NoAccounts(
    deployment
      ? "This stack's state holds no AutoTopupConfig, so there is no account to ask about."
      : "These outputs name no account: export 'accountId' from the program, or pipe in 'pulumi stack export' instead.",
  );
}

/** The account id in lower case; null for anything else. */
export function accountId(value: unknown): string | null {
  return /^[0-9a-f]{32}$/i.test(textOf(value)) ? textOf(value).toLowerCase() : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return null;
  }
}

// What a state holds encrypted is still told by the resource's id, which is the account's.
function ofResources({ resources }: Fields): string[] {
  return listOf(resources).flatMap((entry) => {
    const { urn, id, inputs } = fieldsOf(entry) ?? {};
    if (!isOurs(textOf(urn))) return [];
    return accountId(id) ?? accountId(fieldsOf(inputs)?.accountId) ?? [];
  });
}

// Ids of zones look the same, so what holds an account's must be called so: `accountId`, `accounts: [...]`, `accounts: { ID: ... }`.
function ofOutputs(value: unknown, named: boolean): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => ofOutputs(item, named));
  const fields = fieldsOf(value);
  if (!fields) return named ? idsOf(value) : [];
  return Object.entries(fields).flatMap(([name, field]) => [
    ...(named ? idsOf(name) : []),
    ...ofOutputs(field, /account/i.test(name) || (named && name === "id")),
  ]);
}

function idsOf(value: unknown): string[] {
  const id = accountId(value);
  return id === null ? [] : [id];
}
