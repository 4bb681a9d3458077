// What a recorded conversation holds, and where the recordings are. README.md says how to read one.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export type Values = Readonly<Record<string, unknown>>;
export type Config = { readonly amount: number; readonly threshold: number };

/** One call of the engine. `response`, `error` or `noAnswer` is there, or `sameAs` in place of it all. */
export interface Call {
  readonly method: string;
  /** Which provider is called, where both take part. */
  readonly to?: "dynamic" | "plugin";
  readonly request: Values;
  readonly response?: Values;
  readonly error?: string;
  /** The engine was killed first. */
  readonly noAnswer?: true;
  /** The call ended only after the call with this index had been sent. */
  readonly endedAfter?: number;
}

export interface Stub {
  readonly method: "GET" | "POST" | "DELETE";
  readonly account?: string;
  readonly status?: number;
  readonly lose?: "after";
  readonly times?: number;
  readonly note?: string;
}

export interface StoredResource {
  readonly urn: string;
  readonly id: string;
  readonly provider?: string;
  readonly initErrors?: readonly string[];
}

/** One command. */
export interface Run {
  readonly program: string;
  readonly command: string;
  readonly exit: number | "SIGKILL";
  /** What is set in the stack's configuration before the run; null removes it. */
  readonly config?: Readonly<Record<string, string | null | { readonly secret: string }>>;
  readonly outside?: Readonly<Record<string, Config>>;
  readonly stub?: readonly Stub[];
  readonly delay?: { readonly milliseconds: Readonly<Record<string, number>> };
  readonly health?: Readonly<Record<string, object>>;
  readonly calls: readonly Call[];
  readonly http: readonly string[];
  readonly remote: Readonly<Record<string, Config>>;
  readonly state: readonly StoredResource[];
  readonly pending: readonly unknown[];
  readonly diagnostics?: readonly string[];
}

export interface Preview extends Partial<Pick<Run, "exit" | "http" | "stub" | "outside">> {
  readonly after: number;
  readonly arguments: string;
  readonly program?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Each call in short. */
  readonly calls?: readonly string[];
  readonly document?: unknown;
}

export interface Recording {
  readonly name: string;
  readonly cli: string;
  readonly sdk: string | null;
  readonly provider: "dynamic" | "plugin";
  readonly mixed?: true;
  readonly prelude: string;
  readonly runs: readonly Run[];
  readonly previews?: readonly Preview[];
}

export const DATA = path.join(__dirname, "data");

/** The names of all recordings, such as `rename.plugin`. */
export function recordings(): string[] {
  const files = readdirSync(DATA).filter((file) => file.endsWith(".json"));
  return files.map((file) => file.slice(0, -".json".length)).sort();
}

/** A recording with everything spelt out that the file leaves out because it stands in an earlier run. */
export function readRecording(name: string): Recording {
  return spellOut(JSON.parse(readFileSync(path.join(DATA, `${name}.json`), "utf8")));
}

type Short = Omit<Run, "calls"> & {
  readonly calls: readonly (Call & { readonly sameAs?: readonly [number, number] })[];
};

export function spellOut(recording: Recording): Recording {
  const { runs, ...rest } = recording as Omit<Recording, "runs"> & { readonly runs: readonly Short[] };
  let [state, pending]: [Run["state"], Run["pending"]] = [[], []];
  const whole = runs.map((run) => {
    state = run.state ?? state;
    pending = run.pending ?? pending;
    const calls = run.calls.map(({ sameAs, ...call }) => {
      const [earlier, index] = sameAs ?? [];
      return { ...(sameAs ? runs[earlier ?? 0]?.calls[index ?? 0] : {}), ...call } as Call;
    });
    return { ...run, calls, state, pending };
  });
  return { ...rest, runs: whole };
}

/** The text of a recording's file: one line a call, and what a run shares with an earlier one left out. */
export function fileOf({ runs, previews, ...head }: Recording): string {
  const first = new Map<string, readonly [number, number]>();
  let before: Pick<Run, "state" | "pending"> = { state: [], pending: [] };
  const short = runs.map(({ calls, http, remote, state, pending, diagnostics = [], ...run }, index) => {
    const same = index > 0 && JSON.stringify(before) === JSON.stringify({ state, pending });
    before = { state, pending };
    const lines = calls.map((call, at) => shortened(call, [index, at], first));
    const stored = same ? {} : { state, pending };
    return { ...run, calls: lines, http, remote, ...stored, ...(diagnostics.length > 0 ? { diagnostics } : {}) };
  });
  const documents: string[] = [];
  const shown = previews?.map(({ document, ...preview }) => {
    const text = JSON.stringify(document);
    const known = documents.indexOf(text);
    documents.push(text);
    return known === -1 ? { ...preview, document } : { ...preview, documentOf: known };
  });
  return `${layOut({ ...head, runs: short, ...(shown ? { previews: shown } : {}) }, 0)}\n`;
}

function shortened(
  call: Call,
  place: readonly [number, number],
  first: Map<string, readonly [number, number]>,
): object {
  const { method, endedAfter, ...rest } = call;
  if (!/^(Handshake|CheckConfig|DiffConfig|Configure)$/.test(method)) return call;
  const text = JSON.stringify([method, rest]);
  const known = first.get(text);
  if (!known) first.set(text, place);
  const to = call.to ? { to: call.to } : {};
  return known ? { method, ...to, sameAs: known, ...(endedAfter === undefined ? {} : { endedAfter }) } : call;
}

/** Indented as far as a run's own fields and their lists; what is deeper stands on one line. */
function layOut(value: unknown, depth: number): string {
  const items = Array.isArray(value) ? value.map((one) => layOut(one, depth + 1)) : null;
  const isFlat = depth > 3 || typeof value !== "object" || value === null || (depth === 3 && !items);
  if (isFlat || Object.keys(value).length === 0) return JSON.stringify(value);
  const inner = `\n${" ".repeat(depth + 1)}`;
  const fields =
    items ??
    Object.entries(value).map(
      ([key, one]) => `${JSON.stringify(key)}: ${key === "document" ? JSON.stringify(one) : layOut(one, depth + 1)}`,
    );
  const [open, close] = items ? "[]" : "{}";
  return `${open}${inner}${fields.join(`,${inner}`)}\n${" ".repeat(depth)}${close}`;
}
