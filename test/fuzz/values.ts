// What is thrown at the package: values that often come close to something valid, and text that has hurt programs before.
import fc from "fast-check";

export type Properties = Record<string, unknown>;

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";

export const account = fc.noShrink(
  fc.string({ unit: fc.constantFrom(..."0123456789abcdefABCDEF"), minLength: 32, maxLength: 32 }),
);

/** Escape sequences, marks that reverse text, halves of characters, characters where a cut leaves a half, sheer length. */
export const hostileText = fc.oneof(
  fc.constantFrom(
    "",
    "\u001b[31mred\u0007",
    "a\u202eb\u2066c\u200ed\u061ce",
    "\ud83d",
    "a\r\nb\u0000\u0085\u2028c",
    UNKNOWN,
  ),
  fc.constantFrom("😀".repeat(400), `x${"😀".repeat(400)}`, "y".repeat(6000), "undefined"),
  fc.string({ unit: "binary", maxLength: 12 }),
);

const name = fc.oneof(
  fc.constantFrom("accountId", "amount", "threshold", "enabled", "adopt", "error", "lastFailedAt", "id", "enabld"),
  fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "__defaults", "length", "then", "toJSON"),
  hostileText,
);
const number = fc.oneof(
  fc.constantFrom<unknown>(0, 499, 500, 999, 1000, 1000.5, 20, 1e21, 2 ** 53, -5000, 5e-324, "5000", "5e3", "0x1388"),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  fc.double(),
);
const signed = fc.record({
  [SIGNATURE]: fc.constantFrom(SECRET, OUTPUT, ASSET, "no such signature"),
  value: fc.oneof(number, hostileText),
});
const deep = fc.constantFrom(20, 40).map((depth) =>
  Array(depth)
    .fill(0)
    .reduce<unknown>((inner) => [inner], null),
);

/** The value inside of a secret or an output. */
export function unsigned(value: unknown): unknown {
  const { [SIGNATURE]: signature, value: inner } = Object(value);
  return signature === SECRET || signature === OUTPUT ? inner : value;
}

/** Anything: nested, signed as the engine signs, with names that programs trip over. */
export const junk = fc.anything({
  key: name,
  values: [fc.constantFrom(null, true, false), number, hostileText, account, signed, deep],
  maxDepth: 3,
  maxKeys: 4,
});

const mostly = (good: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 8, arbitrary: good }, { weight: 1, arbitrary: junk });
const cents = (least: number) =>
  fc.oneof(fc.integer({ min: least, max: least * 20 }), fc.constantFrom(2 ** 53 - 1, least));

export const amounts = fc.record({ amount: cents(1000), threshold: cents(500) });

/** What a program may declare, most of it valid most of the time. */
export const inputs: fc.Arbitrary<Properties> = fc
  .tuple(
    fc.record(
      {
        accountId: mostly(account),
        amount: mostly(cents(1000)),
        threshold: mostly(cents(500)),
        enabled: mostly(fc.boolean()),
        adopt: mostly(fc.boolean()),
      },
      { requiredKeys: ["accountId", "amount", "threshold"] },
    ),
    fc.oneof(
      { weight: 3, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.dictionary(name, junk, { maxKeys: 2 }) },
    ),
  )
  .map(([good, more]) => ({ ...good, ...more }));

/** A stored state, damaged now and then. */
export const state = fc.oneof({ weight: 3, arbitrary: inputs }, { weight: 1, arbitrary: junk });
