// What POST accepts: both values, as integers, not below the documented minima.
import type { SimulatedConfig } from "./contract";
import type { ApiError } from "./envelope";

/** Reads a request body. Other properties are ignored, as the API ignores them; every failure is reported. */
export function parseConfig(text: string): { config: SimulatedConfig } | { errors: ApiError[] } {
  const body = parseJson(text);
  if (body === undefined) return { errors: [{ code: 6007, message: "Malformed JSON in request body" }] };
  const fields: Readonly<Record<string, unknown>> = isObject(body) ? body : {};
  const { amount, threshold } = fields;
  if (isCents(amount, 1000) && isCents(threshold, 500)) return { config: { amount, threshold } };
  return { errors: [...complaints("amount", amount, 1000), ...complaints("threshold", threshold, 500)] };
}

/** The parsed text, or undefined if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCents(value: unknown, minimum: number): value is number {
  return Number.isSafeInteger(value) && Number(value) >= minimum;
}

function complaints(name: string, value: unknown, minimum: number): ApiError[] {
  if (isCents(value, minimum)) return [];
  return [{ code: 7001, message: `${name}: ${complaint(value, minimum)}` }];
}

function complaint(value: unknown, minimum: number): string {
  if (value === undefined) return "Required";
  if (typeof value !== "number") return `Expected number, received ${value === null ? "null" : typeof value}`;
  if (!Number.isSafeInteger(value)) return "Expected integer, received float";
  return `Number must be greater than or equal to ${minimum}`;
}
