// Reads fields of JSON that others wrote, without trusting its shape. It must not know what the fields mean.

export type Fields = Readonly<Record<string, unknown>>;

/** The value's fields; null for anything that is no JSON object. */
export function fieldsOf(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** The value as a list; empty for anything that is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as text; empty for anything that is none. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
