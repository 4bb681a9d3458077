// What is thrown at the product: arbitrary JSON that often comes close to something valid. A case is plain JSON, so that one that failed can be
// kept in seeds.json; what JSON cannot express stands in it as a string (see `revive`).
import fc from "fast-check";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SIGNATURES = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  output: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
  asset: "c44067f5952c0a294b673a41bacd8c17",
  archive: "0def7320c3a5731c473e5ecbe6d01bc7",
  resource: "5cf8f73096256a8f31e491e813e4eb8e",
};

/** A value that the engine's protocol signs, such as a secret. */
export function signed(as: keyof typeof SIGNATURES | null, rest: JsonObject): JsonObject {
  return { [SIGNATURE]: as === null ? "no-such-signature" : SIGNATURES[as], ...rest };
}

/** The value that a case stands for: `$number NaN`, `$deep 40` (arrays in arrays) and `x$repeat 400 y` are not meant literally. */
export function revive(value: Json): unknown {
  if (typeof value === "string") return reviveText(value);
  if (isList(value)) return value.map(revive);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [String(reviveText(key)), revive(one)]));
}

export function reviveText(text: string): unknown {
  const number = /^\$number (.+)$/.exec(text);
  if (number) return Number(number[1]);
  const deep = /^\$deep (\d+)$/.exec(text);
  if (deep) return Array.from({ length: Number(deep[1]) }).reduce<unknown>((inner) => [inner], null);
  const repeated = /^(.*)\$repeat (\d+) (.+)$/su.exec(text);
  return repeated ? `${repeated[1]}${repeated[3]?.repeat(Number(repeated[2]))}` : text;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

export const account = fc.noShrink(
  fc.string({ unit: fc.constantFrom(..."0123456789abcdefABCDEF"), minLength: 32, maxLength: 32 }),
);

/** Text that has hurt programs before: escape sequences, bidi, halves of characters and where a cut leaves one, sheer length. */
export const hostileText = fc.oneof(
  fc.constantFrom("", "\u001b[31mred\u0007", "a\u202eb\u2066c\u200ed\u061ce", "\ud83d", "a\r\nb\u0000\u0085\u2028c"),
  fc.constantFrom("$repeat 400 😀", "x$repeat 400 😀", "$repeat 6000 y", "undefined", UNKNOWN),
  fc.string({ unit: "binary", maxLength: 12 }),
);

const name = fc.oneof(
  fc.constantFrom("accountId", "amount", "threshold", "enabled", "adopt", "error", "lastFailedAt", "id", "enabld"),
  fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "__defaults", "length", "then", "toJSON"),
  hostileText,
);

const number = fc.oneof(
  fc.constantFrom<Json>(0, -0, 499, 500, 999, 1000, 1000.5, 20, 1e21, 2 ** 53, -5000, 5e-324),
  fc.constantFrom<Json>("$number NaN", "$number Infinity", "$number -Infinity", "5000", "5e3", "0x1388"),
  fc.double({ noNaN: true }),
);

const leaf: fc.Arbitrary<Json> = fc.oneof(fc.constantFrom<Json>(null, true, false), number, hostileText, account);

/** Any JSON: nested, signed as the engine signs, with names that programs trip over. */
export const junk: fc.Arbitrary<Json> = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 3 }),
    tie("object"),
    fc.constantFrom("$deep 20", "$deep 40", 7, null),
    fc.tuple(fc.constantFrom(...signatures()), tie("value")).map(([as, value]) => signed(as, { value })),
    fc.constantFrom(signed("output", {}), signed("secret", {}), signed("output", { value: 5000, secret: true })),
  ),
  object: fc.array(fc.tuple(name, tie("value")), { maxLength: 4 }).map(objectOf),
})).value;

function signatures(): (keyof typeof SIGNATURES | null)[] {
  return ["secret", "output", "asset", "archive", "resource", null];
}

/** Not `{}[key] = value`: `__proto__` is a key like any other here. */
export function objectOf(entries: readonly (readonly [string, Json])[]): JsonObject {
  return Object.fromEntries(entries);
}

const mostly = <T extends Json>(good: fc.Arbitrary<T>): fc.Arbitrary<Json> =>
  fc.oneof({ weight: 8, arbitrary: good }, { weight: 1, arbitrary: junk });
const cents = (from: number) => fc.oneof(fc.integer({ min: from, max: from * 20 }), fc.constantFrom(2 ** 53 - 1, from));
const signedAmounts = (amount: fc.Arbitrary<number>) =>
  fc.oneof(
    { weight: 6, arbitrary: amount },
    { weight: 1, arbitrary: amount.map((value) => signed("secret", { value })) },
    { weight: 1, arbitrary: amount.map((value) => signed("output", { value, dependencies: [] })) },
  );

export const amounts = fc.record({ amount: cents(1000), threshold: cents(500) });

/** What a program may declare, most of it valid most of the time. */
export const inputs: fc.Arbitrary<JsonObject> = fc
  .tuple(
    fc.record(
      {
        accountId: mostly(account),
        amount: mostly(signedAmounts(cents(1000))),
        threshold: mostly(signedAmounts(cents(500))),
        enabled: mostly(fc.boolean()),
        adopt: mostly(fc.boolean()),
      },
      { requiredKeys: ["accountId", "amount", "threshold"] },
    ),
    fc.array(fc.tuple(name, junk), { maxLength: 2 }),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(([good, more, one]) => (one === 0 ? objectOf([...Object.entries(good), ...more]) : { ...good }));

/** A stored state, damaged now and then. */
export const state: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(inputs, fc.dictionary(name, junk)).map(([one, other]) => ({ ...one, ...other })) },
  { weight: 1, arbitrary: junk },
);
