// Which accounts a stack is about: from the output of 'pulumi stack export' or 'pulumi stack output --json' to account ids. Does not know what
// they are wanted for.
import { type Fields, fieldsOf, listOf, parseJson, textOf } from "../command/json";
import { InputError } from "../command/readInput";
import { isOurs, nameOf } from "../pulumi/urn";

const EXPECTED = "Expected the output of 'pulumi stack export' or 'pulumi stack output --json', of one stack";

/**
 * Every account once, in lower case.
 *
 * @throws InputError where there is none, or where one cannot be read, with what to do.
 */
export function accountsIn(text: string): readonly string[] {
  if (text.trim() === "") throw new InputError(`${EXPECTED}; got nothing. See the error output of that command.`);
  const document = fieldsOf(parseJson(text));
  if (!document) throw new InputError(`${EXPECTED}; got something that is not one JSON object.`);
  const deployment = fieldsOf(document.deployment);
  const found = deployment ? inResources(deployment) : inOutputs(document, false);
  if (found.length > 0) return [...new Set(found)];
  throw new InputError(
    deployment
      ? "This stack's state holds no AutoTopupConfig, so no account is known."
      : "These outputs name no account: export 'accountId' from the program, or pipe in 'pulumi stack export' instead.",
  );
}

/** The account id in lower case; null for anything else. */
export function accountId(value: unknown): string | null {
  return /^[0-9a-f]{32}$/i.test(textOf(value)) ? textOf(value).toLowerCase() : null;
}

// Even where the state encrypts 'accountId', the resource's id is in plain text, and is the account's.
function inResources({ resources }: Fields): string[] {
  return listOf(resources).flatMap((entry) => {
    const { urn, id, inputs } = fieldsOf(entry) ?? {};
    if (!isOurs(textOf(urn))) return [];
    const account = accountId(id) ?? accountId(fieldsOf(inputs)?.accountId);
    if (account !== null) return account;
    throw new InputError(
      `The state does not show the account of AutoTopupConfig '${nameOf(textOf(urn))}': name it instead.`,
    );
  });
}

// Ids of zones look the same, so what holds an account's must be named so: `accountId`, `accounts: [...]`, `accounts: { ID: ... }`.
function inOutputs(value: unknown, named: boolean): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => inOutputs(item, named));
  const fields = fieldsOf(value);
  if (!fields) return named ? idsOf(value) : [];
  return Object.entries(fields).flatMap(([name, field]) => [
    ...(named ? idsOf(name) : []),
    ...inOutputs(field, /account/i.test(name) || (named && name === "id")),
  ]);
}

function idsOf(value: unknown): string[] {
  const id = accountId(value);
  return id === null ? [] : [id];
}
