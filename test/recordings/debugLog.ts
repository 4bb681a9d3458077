// Reads what PULUMI_DEBUG_GRPC makes the CLI write: every gRPC message as a JSON line, once when it is sent and once when it has ended.
import type { Call, Values } from "./recording";

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
