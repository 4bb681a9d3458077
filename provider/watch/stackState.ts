// Reads the output of 'pulumi stack export': the AutoTopupConfigs that it holds, what it says of each, and what it does not show. topup-watch
// compares that with Cloudflare.
import * as z from "zod/mini";
import { InputError, parseJson, withoutLogLines } from "../command/readInput";
import { isSecret } from "../pulumi/markers";
import { DYNAMIC_TYPE, isOurs, nameOf, PROVIDER_SOURCE, typeOf } from "../pulumi/urn";
import { alarm, unknown } from "./findings";

/**
 * - `declared`: the program declares it, as of the last update;
 * - `leftover`: it was replaced or removed, and deleting it was interrupted;
 * - `replaced`: it was deleted to be replaced, and creating it again was interrupted;
 * - `read`: the program reads it with `get`, and somebody else declares it.
 */
export type Role = "declared" | "leftover" | "replaced" | "read";

const fields = z.nullish(z.record(z.string(), z.unknown()));
const resourceSchema = z.object({
  urn: z.string(),
  custom: z.optional(z.boolean()),
  id: z.optional(z.string()),
  inputs: fields,
  outputs: fields,
  delete: z.optional(z.boolean()),
  external: z.optional(z.boolean()),
  retainOnDelete: z._default(z.boolean(), false),
  pendingReplacement: z.optional(z.boolean()),
  modified: z.optional(z.string()),
});
type Resource = z.infer<typeof resourceSchema>;

const exportSchema = z.object({
  version: z.union([z.literal(3), z.literal(4)]),
  deployment: z.object({
    resources: z.nullish(z.array(resourceSchema)),
    pending_operations: z.nullish(z.array(z.object({ type: z.string(), resource: resourceSchema }))),
  }),
});

export type StackState = ReturnType<typeof readStackState>;

/** @throws InputError if it is not a state of one stack, or has none of our resources, with what to do. */
export function readStackState(text: string) {
  const { resources, pending_operations } = parseExport(text).deployment;
  const ours = (resources ?? []).filter(isOurResource);
  const pending = (pending_operations ?? []).filter(({ resource }) => isOurResource(resource));
  if (ours.length + pending.length === 0) {
    throw new InputError(
      "This stack's state has no AutoTopupConfig: there is nothing to watch. Is it the right stack?",
    );
  }
  const entries = ours.flatMap((resource) => entryOf(resource) ?? []);
  const all = [...ours, ...pending.map(({ resource }) => resource)];
  return {
    entries,
    /** Every account that the state names, once, in lower case. */
    accounts: [...new Set(all.map(accountOf).filter((account) => account !== null))],
    /** What the state leaves open, and code in it that is not this package's. */
    findings: [
      ...all.filter(hasForeignProvider).map((one) => alarm("provider", foreign(one), accountOf(one))),
      ...ours.filter((one) => accountOf(one) === null).map((one) => unknown("state", unreadable(one))),
      ...pending.map(({ type, resource: one }) => unknown("state", interrupted(type, one), accountOf(one))),
    ],
  };
}

function parseExport(text: string) {
  const expected = "Expected the output of 'pulumi stack export' of one stack";
  if (text.trim() === "") throw new InputError(`${expected}; got nothing. See the error output of that command.`);
  const document = parseJson(withoutLogLines(text));
  if (document === undefined) throw new InputError(`${expected}; got something that is not one JSON document.`);
  const { data, error } = exportSchema.safeParse(document);
  if (data) return data;
  const path = error.issues[0]?.path.join(".") ?? "";
  const wrong = path === "" ? "is not a JSON object" : `has no '${path}' that this command can read`;
  throw new InputError(`${expected}; this document ${wrong}.`);
}

// A component is never ours, whatever its type; what our provider runs is, whatever its type.
function isOurResource(resource: Resource): boolean {
  return resource.custom !== false && (isOurs(resource.urn) || sourcesIn(resource).includes(PROVIDER_SOURCE));
}

// The next refresh or destroy runs it as code: https://www.pulumi.com/docs/iac/concepts/resources/dynamic-providers/
function hasForeignProvider(resource: Resource): boolean {
  const sources = sourcesIn(resource);
  return sources.length === 0 ? typeOf(resource.urn) === DYNAMIC_TYPE : sources.some((one) => one !== PROVIDER_SOURCE);
}

function sourcesIn({ inputs, outputs }: Resource): readonly unknown[] {
  return [inputs, outputs].flatMap((values) => (values && "__provider" in values ? [values.__provider] : []));
}

/** One AutoTopupConfig of the state. Amounts in US cents; null if the state does not show the value. */
export type StateEntry = NonNullable<ReturnType<typeof entryOf>>;

function entryOf(resource: Resource) {
  const accountId = accountOf(resource);
  if (accountId === null) return null;
  const { urn, inputs, outputs, modified = null, retainOnDelete } = resource;
  // What a program only reads has no inputs.
  const values = inputs ?? outputs ?? {};
  const known = {
    enabled: read(values.enabled, z.boolean()),
    amount: read(values.amount, z.number()),
    threshold: read(values.threshold, z.number()),
  };
  const missing = Object.entries(known).flatMap(([name, value]) => (value === null ? [name] : []));
  return {
    ...{ name: nameOf(urn), urn, accountId, role: roleOf(resource), ...known },
    /** The engine forgets it instead of deleting it: the option `retainOnDelete`. */
    isRetained: retainOnDelete,
    /** Why values are not shown; null if all are. */
    hidden: whyHidden(missing, values),
    /** When the state was last written for it, ISO 8601; null if it does not say. */
    modified,
  };
}

function roleOf({ delete: isLeftover, external, pendingReplacement }: Resource): Role {
  if (isLeftover) return "leftover";
  if (external) return "read";
  return pendingReplacement ? "replaced" : "declared";
}

/** The account id in lower case; null for anything else. */
export function accountId(value: unknown): string | null {
  return typeof value === "string" && /^[0-9a-f]{32}$/i.test(value) ? value.toLowerCase() : null;
}

// The id is the account's, and in plain text even if the state encrypts 'accountId'. The engine knows no id of what is still being created.
function accountOf({ id, inputs }: Resource): string | null {
  const declared = accountId(read(inputs?.accountId, z.string()));
  if (!id) return declared;
  return declared === null || declared === accountId(id) ? accountId(id) : null;
}

/** The plain value, also of a secret that was exported in plain text; null if it is not shown. */
function read<T>(value: unknown, schema: z.ZodMiniType<T>): T | null {
  const plaintext = isSecret(value) ? z.object({ plaintext: z.string() }).safeParse(value).data?.plaintext : undefined;
  return schema.safeParse(plaintext === undefined ? value : parseJson(plaintext)).data ?? null;
}

function whyHidden(missing: readonly string[], values: Readonly<Record<string, unknown>>): string | null {
  if (missing.length === 0) return null;
  const names = missing.map((name) => `'${name}'`).join(" and ");
  if (!missing.some((name) => isSecret(values[name]))) return `the state does not show ${names}`;
  return `the state shows ${names} only encrypted: pipe in the output of 'pulumi stack export --show-secrets', and store it nowhere`;
}

const foreign = ({ urn }: Resource) =>
  `the state holds code for '${nameOf(urn)}' that is not this package's: the next refresh, 'pulumi up' or destroy would run it beside the API ` +
  "token, so nothing was asked; find out who wrote the state, and restore an earlier version of it before you run anything";

const unreadable = ({ urn }: Resource) =>
  `the state does not show which account '${nameOf(urn)}' is for, or names two: name the account as an argument, and put the state right with ` +
  "'pulumi up --refresh'";

const interrupted = (type: string, { urn }: Resource) =>
  `the ${type} of '${nameOf(urn)}' was interrupted, and the state does not say whether it was done: run a complete 'pulumi up', then ` +
  "'pulumi refresh --clear-pending-creates'";
