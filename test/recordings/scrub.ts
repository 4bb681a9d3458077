// Reads what PULUMI_DEBUG_GRPC makes the CLI write, and takes out of a conversation what is of one machine or one run: ports, folders, times, ids
// and keys. README.md lists the placeholders. live.ts is what records.
import type { Call, StoredResource, Values } from "./recording";

const DROPPED = new Set([
  "created",
  "modified",
  "sourcePosition",
  "stackTrace",
  "duration",
  "timestamp",
  "timestamps",
  "sequence",
  "durationSeconds",
]);
const STATE_DROPPED = new Set([...DROPPED, "type", "custom", "parent", "dependencies", "propertyDependencies"]);
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export class Scrubber {
  readonly #ids = new Map<string, string>();

  /** @param places the folders of this machine that a placeholder stands for. */
  constructor(private readonly places: Readonly<Record<string, readonly string[]>>) {}

  calls(log: string, mixed: boolean): Call[] {
    return this.document(callsIn(log, mixed));
  }

  resource(resource: StoredResource): StoredResource {
    const kept = Object.entries(resource).filter(([name]) => !STATE_DROPPED.has(name));
    return this.document(Object.fromEntries(kept)) as unknown as StoredResource;
  }

  document<T>(document: T): T {
    const text = JSON.stringify(document, (key, value) => {
      if (DROPPED.has(key)) return undefined;
      return key === "randomSeed" ? "<seed>" : value;
    });
    const places = Object.entries(this.places).flatMap(([name, folders]) => folders.map((one) => [one, name] as const));
    const placed = places
      .reduce((rest, [folder, name]) => rest.replaceAll(folder, name), text)
      .replace(/http:\/\/127\.0\.0\.1:\d+\/client\/v4/g, "<baseUrl>")
      .replace(/127\.0\.0\.1:\d+/g, "<address>")
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => this.#idOf(id))
      .replace(/("key":"dynamic )\S+ /g, "$1<key> ");
    return JSON.parse(placed);
  }

  #idOf(id: string): string {
    if (id === UNKNOWN) return id;
    const known = this.#ids.get(id) ?? `<uuid ${this.#ids.size + 1}>`;
    this.#ids.set(id, known);
    return known;
  }
}

/** A gRPC message as a JSON line: one when it is sent, one when it has ended. */
interface Entry {
  readonly method: string;
  readonly request: Values;
  readonly response?: Values;
  readonly errors?: readonly string[];
  readonly metadata?: { readonly name?: string };
  readonly progress: "request_started" | "response_completed";
}

const KINDS: Readonly<Record<string, "dynamic" | "plugin">> = {
  "pulumi-nodejs": "dynamic",
  "cloudflare-ai-gateway-billing": "plugin",
};
const LEFT_OUT = ["GetPluginInfo", "GetSchema"];

/** The calls to our providers in the order in which they were sent. */
export function callsIn(log: string, mixed: boolean): Call[] {
  const calls: (Call & { open?: boolean })[] = [];
  for (const line of log.split("\n").filter(Boolean)) {
    const { method: name, request, response, errors, metadata, progress }: Entry = JSON.parse(line);
    const [, method = ""] = /^\/pulumirpc\.ResourceProvider\/(\w+)$/.exec(name) ?? [];
    const to = KINDS[metadata?.name ?? ""];
    if (!method || !to || LEFT_OUT.includes(method)) continue;
    const { resourceStatusAddress, resourceStatusToken, ...own } = request;
    if (progress === "request_started") {
      calls.push({ method, ...(mixed ? { to } : {}), request: own, noAnswer: true });
      continue;
    }
    const at = calls.findIndex((call) => call.noAnswer && call.method === method && same(call.request, own));
    const { noAnswer, ...call } = calls[at] ?? { method, request: own };
    const answer = errors ? { error: errors.join("\n") } : { response: response ?? {} };
    const overlaps = at < calls.length - 1 ? { endedAfter: calls.length - 1 } : {};
    calls[at === -1 ? calls.length : at] = { ...call, ...answer, ...overlaps } as Call;
  }
  return calls;
}

function same(one: Values, other: Values): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
