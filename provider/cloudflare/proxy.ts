// Sends a request through a proxy: a tunnel, so that TLS ends at the API itself. http.ts loads it if the environment names a proxy; Node's
// own fetch has no support for proxies before Node 24.
import type { ClientRequest } from "node:http";
import { request as send } from "node:https";
import { HttpsProxyAgent } from "https-proxy-agent";

/** One answer as it comes in. */
export type Incoming = Pick<Response, "status" | "headers"> & { body: AsyncIterable<Uint8Array> | null };

/** Sends one request to a URL. */
export type Transport = (url: string, init: RequestInit) => Promise<Incoming>;

const agents = new Map<string, HttpsProxyAgent<string>>();

/** Sends through a proxy, whose URL may hold a login. Its tunnels are kept open for the requests that follow. */
export function throughProxy(proxy: string): Transport {
  const agent = agentFor(proxy);
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const options = {
        agent,
        method,
        headers: Object.fromEntries(new Headers(headers)),
        ...(signal ? { signal } : {}),
      };
      const request = send(url, options as object);
      request.once("response", (answer) => {
        const received = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const);
        resolve({ status: answer.statusCode ?? 0, headers: new Headers(Object.fromEntries(received)), body: answer });
      });
      whenUnanswered(request, agent.proxy.host, signal ?? null, reject);
      request.end(typeof body === "string" ? body : undefined);
    });
}

/** Every way in which a request may end without an answer of the API. */
function whenUnanswered(
  request: ClientRequest,
  host: string,
  signal: AbortSignal | null,
  tell: (reason: unknown) => void,
): void {
  // Until the tunnel is open the request has no socket, and Node does not say that it was ended.
  const stop = () => tell(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  request.once("proxyConnect", ({ statusCode }: { statusCode: number }) => {
    if (statusCode !== 200) request.destroy(new Error(`the proxy ${host} refused the connection with ${statusCode}`));
  });
  // This machine connects to the proxy only, so an error in connecting is the proxy's.
  request.on("error", (error: NodeJS.ErrnoException) => {
    const isOfProxy = error.syscall === "connect" || error.syscall === "getaddrinfo";
    tell(isOfProxy ? new Error(`the proxy ${host} could not be reached: ${error.message}`) : error);
  });
  // The last word: an upgrade, for instance, ends a request with neither an error nor an answer.
  request.once("close", () => {
    signal?.removeEventListener("abort", stop);
    tell(new Error("the connection was closed without an answer"));
  });
}

function agentFor(proxy: string): HttpsProxyAgent<string> {
  const known = agents.get(proxy);
  if (known) return known;
  const bare = new URL(proxy);
  const { protocol, host, username, password } = bare;
  if (!/^https?:$/.test(protocol)) throw new Error(`the proxy ${host} is not an http:// or https:// proxy`);
  // Not left in the URL: the agent prints it if the environment sets DEBUG.
  bare.username = bare.password = "";
  const user = Buffer.from(`${unquote(username)}:${unquote(password)}`).toString("base64");
  const headers = username || password ? { "Proxy-Authorization": `Basic ${user}` } : {};
  const agent = new HttpsProxyAgent(bare.href, { keepAlive: true, headers });
  agents.set(proxy, agent);
  return agent;
}

function unquote(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
