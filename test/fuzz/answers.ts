// Answers that Cloudflare, or something in front of it, might give: near the real ones, damaged, hostile, or anything at all.
import fc from "fast-check";
import type { Fault } from "../../provider/testing/simulator";
import { hostileText, junk } from "./values";

export type Lie = Extract<Fault, { kind: "raw" }>;

/** Whether a read may conclude from this answer that nothing is set. */
export function provesUnset({ status = 200, body = "" }: Lie): boolean {
  try {
    const { success, result } = JSON.parse(body);
    const isNone = (amount: unknown) => amount === 0 || amount === null;
    return status < 300 && success === true && isNone(result.amount) && isNone(result.threshold);
  } catch {
    return false;
  }
}

const amount = fc.oneof(fc.constantFrom<unknown>(0, null, 0, null, 5000, 1000, "5000", -1, 1e308), junk);
const text = fc.oneof({ weight: 5, arbitrary: hostileText }, { weight: 1, arbitrary: junk });
const result = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record(
      { amount, threshold: amount, error: text, disabledReason: text, lastFailedAt: text },
      { requiredKeys: ["amount", "threshold"] },
    ),
  },
  { weight: 1, arbitrary: junk },
);
const reason = fc.record({
  code: fc.oneof(fc.constantFrom(9109, 6003), junk),
  message: hostileText,
  error_chain: junk,
});
const reasons = fc.oneof({ weight: 3, arbitrary: fc.array(reason) }, { weight: 1, arbitrary: junk });
const success = fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.boolean(), junk);
const envelope = fc.record(
  { success, errors: reasons, messages: reasons, result, extra: junk },
  { requiredKeys: ["success"] },
);
const nested = `{"success":true,"result":${"[".repeat(40_000)}${"]".repeat(40_000)}}`;
const json = (value: unknown) => JSON.stringify(value) ?? "";
const body = fc.oneof(
  { weight: 4, arbitrary: envelope.map(json) },
  { weight: 1, arbitrary: fc.oneof(junk.map(json), hostileText, fc.constant(nested)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(envelope.map(json), fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([whole, share]) => whole.slice(0, whole.length * share)),
  },
);

// A Retry-After of a second or more asks for more time than the tests have: the call then ends at once.
const headers = fc.record(
  {
    "cf-ray": fc.constantFrom("9b160ffc22444f0c-SIM", "x".repeat(900), "\u0085\u009b31m"),
    "retry-after": fc.constantFrom("3600", "1e9", "soon", "-1", "Thu, 01 Jan 1970 00:00:00 GMT"),
    "content-type": fc.constantFrom("application/json", "text/html", "application/octet-stream"),
  },
  { requiredKeys: [] },
);

/** Up to three lies; the first `skip` requests are answered truly. */
export function lies(statuses: readonly number[]): fc.Arbitrary<Lie[]> {
  const plan = { skip: fc.constantFrom(0, 0, 0, 1, 2), times: fc.constantFrom(1, 2, 99), apply: fc.boolean() };
  const lie = fc.record({
    kind: fc.constant("raw" as const),
    ...plan,
    status: fc.constantFrom(...statuses),
    headers,
    body,
  });
  return fc.array(lie, { maxLength: 3 });
}
