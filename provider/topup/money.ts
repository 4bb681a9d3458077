// Money as it is written here: US cents as numbers, dollars as text. Programs, messages and the review use it.

const DOLLARS = /^(\d+)(?:\.(\d{1,2}))?$/;

/**
 * Converts US dollars to the US cents that Cloudflare's API takes: `usd(50)` is `5000`, `usd(19.99)` is `1999`.
 *
 * The conversion is exact: it reads the decimal digits of the number, so no floating-point error can reach a charge.
 *
 * @param dollars US dollars, zero or more, with at most two decimals.
 * @returns US cents, a whole number.
 * @throws RangeError for fractions of a cent, negative numbers, NaN, Infinity and amounts too large to be exact.
 * @throws TypeError for anything that is not a number.
 */
export function usd(dollars: number): number {
  if (typeof dollars !== "number") throw new TypeError(`usd() takes a number of US dollars, got a ${typeof dollars}.`);
  const digits = DOLLARS.exec(String(dollars));
  const cents = digits ? Number(digits[1]) * 100 + Number((digits[2] ?? "").padEnd(2, "0")) : Number.NaN;
  if (!Number.isSafeInteger(cents)) {
    throw new RangeError(
      `usd() takes US dollars with at most two decimals, zero or more, got ${dollars}: there are no fractions of a cent. ` +
        "Round the sum first, or pass US cents without usd().",
    );
  }
  return cents;
}

/**
 * Cloudflare's fee on every purchase of AI Gateway credits, as a fraction of what is bought: "$100 of credits is a $105 charge"
 * (https://developers.cloudflare.com/ai-gateway/reference/pricing/).
 */
export const CARD_FEE = 0.05;

/**
 * US cents that the card pays, before taxes, for that many US cents of credits: `cardCharge(5000)` is `5250`. A fraction of a cent counts
 * as a whole one, since Cloudflare does not say how it rounds.
 */
export function cardCharge(cents: number): number {
  // In whole percent: 1.05 is not exact in binary, and 1000 * 1.05 could become 1051.
  return Math.ceil((cents * Math.round((1 + CARD_FEE) * 100)) / 100);
}

let dollarFormat: Intl.NumberFormat | undefined;

/** US cents as dollars for people: `formatUsd(123450)` is `"$1,234.50"`. */
export function formatUsd(cents: number): string {
  // Made when it is first needed: it loads locale data, which takes longer than the rest of the program side together.
  dollarFormat ??= new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 6 });
  return dollarFormat.format(cents / 100);
}

/** US cents in both units, as every message about money shows them: `formatCents(2000)` is `"2000 cents ($20.00)"`. */
export function formatCents(cents: number): string {
  return `${cents} cents (${formatUsd(cents)})`;
}
