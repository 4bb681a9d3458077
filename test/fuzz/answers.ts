// Answers that Cloudflare, or something on the way to it, might give: near the real ones, damaged, hostile, or anything at all.
import fc from "fast-check";
import type { Fault } from "../../provider/testing/simulator";
import { hostileText, type Json, junk, revive } from "./values";

/** One request's lie: the first `skip` requests are answered truly. */
export interface Lie {
  skip: number;
  times: number;
  status: number;
  headers: Record<string, string>;
  /** JSON, where `$nested` stands for more brackets than a stack can hold; or text as it is. */
  body: { json: Json } | { text: string };
  /** How much of the body is sent, in percent. */
  share: number;
  /** Whether the request takes effect all the same. */
  apply: boolean;
}

const NESTED = `${"[".repeat(40_000)}${"]".repeat(40_000)}`;

export function bodyOf({ body, share }: Pick<Lie, "body" | "share">): string {
  const text =
    "json" in body ? JSON.stringify(revive(body.json)).replaceAll('"$nested"', NESTED) : String(revive(body.text));
  return text.slice(0, Math.ceil((text.length * share) / 100));
}

export function faultOf(lie: Lie): Fault {
  const { skip, times, status, headers, apply } = lie;
  return { kind: "raw", skip, times, status, headers, apply, body: bodyOf(lie) };
}

/** Whether a read may conclude from this answer that nothing is set. */
export function provesUnset(lie: Lie): boolean {
  if (lie.status >= 300 || lie.share < 100) return false;
  const parsed = attempt(bodyOf(lie)) as { success?: unknown; result?: { amount?: unknown; threshold?: unknown } };
  const { amount, threshold } = Object(parsed?.result ?? {});
  const none = (amount: unknown) => amount === 0 || amount === null;
  return parsed?.success === true && none(amount) && none(threshold);
}

function attempt(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const amount = fc.oneof(fc.constantFrom<Json>(0, null, 0, null, 5000, 1000, "5000", -1, 1e308), junk);
const text = fc.oneof({ weight: 5, arbitrary: hostileText }, { weight: 1, arbitrary: junk });
const result: fc.Arbitrary<Json> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record(
      { amount, threshold: amount, error: text, disabledReason: text, lastFailedAt: text },
      { requiredKeys: ["amount", "threshold"] },
    ),
  },
  { weight: 1, arbitrary: fc.oneof(junk, fc.constant("$nested")) },
);
const reasons: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: fc.array(fc.record({ code: fc.oneof(fc.integer(), junk), message: hostileText })) },
  { weight: 1, arbitrary: junk },
);
const envelope: fc.Arbitrary<Json> = fc.record(
  {
    success: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.boolean(), junk),
    errors: reasons,
    messages: reasons,
    result,
    extra: junk,
  },
  { requiredKeys: ["success"] },
);

// Retry-After of a second or more asks for more timeouts than the tests have: the call then ends at once.
const headers = fc.record(
  {
    "cf-ray": fc.constantFrom("9b160ffc22444f0c-SIM", "x".repeat(900), "\u0085\u009b31m"),
    "retry-after": fc.constantFrom("3600", "1e9", "soon", "-1", "Thu, 01 Jan 1970 00:00:00 GMT"),
    "content-type": fc.constantFrom("application/json", "text/html", "application/octet-stream"),
  },
  { requiredKeys: [] },
);

/** @param statuses that may come. */
export function lies(statuses: readonly number[]): fc.Arbitrary<Lie> {
  return fc.record({
    skip: fc.constantFrom(0, 0, 0, 1, 2),
    times: fc.constantFrom(1, 2, 99),
    status: fc.constantFrom(...statuses),
    headers,
    body: fc.oneof(
      { weight: 4, arbitrary: envelope.map((json) => ({ json })) },
      { weight: 1, arbitrary: junk.map((json) => ({ json })) },
      { weight: 1, arbitrary: hostileText.map((text) => ({ text })) },
    ),
    share: fc.oneof({ weight: 4, arbitrary: fc.constant(100) }, { weight: 1, arbitrary: fc.nat({ max: 99 }) }),
    apply: fc.boolean(),
  });
}
