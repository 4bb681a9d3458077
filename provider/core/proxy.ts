// Owns the way through a proxy: a tunnel, in which the TLS connection ends at the API itself. Node's own fetch knows no proxies before
// Node 24. It must not know Cloudflare, nor which requests take this way.
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { request as send } from "node:https";
import { HttpsProxyAgent } from "https-proxy-agent";
import type { Incoming, Transport } from "./transport";

const agents = new Map<string, HttpsProxyAgent<string>>();

/**
 * Sends through a proxy, whose tunnels are kept open for the requests that follow.
 *
 * @param proxy its URL, which may hold a user name and a password for it.
 */
export function through(proxy: string): Transport {
  const agent = agentFor(proxy);
  const { host } = agent.proxy;
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const options = { agent, method, headers: plain(new Headers(headers)), ...(signal ? { signal } : {}) };
      const request = send(url, options as object);
      request.once("error", reject);
      // What a proxy says instead of opening a tunnel is not the API's answer.
      request.once("proxyConnect", ({ statusCode }: { statusCode: number }) => {
        if (statusCode !== 200)
          request.destroy(new Error(`the proxy ${host} refused the connection with ${statusCode}`));
      });
      request.once("response", (answer) => resolve(incoming(answer)));
      request.end(typeof body === "string" ? body : undefined);
    });
}

function agentFor(proxy: string): HttpsProxyAgent<string> {
  const known = agents.get(proxy);
  if (known) return known;
  const { protocol, host } = new URL(proxy);
  if (!/^https?:$/.test(protocol)) throw new Error(`the proxy ${host} is no http:// or https:// proxy`);
  const agent = new HttpsProxyAgent(proxy, { keepAlive: true });
  agents.set(proxy, agent);
  return agent;
}

function incoming(answer: IncomingMessage): Incoming {
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) headers.set(name, String(value));
  return { status: answer.statusCode ?? 0, headers, body: answer };
}

function plain(headers: Headers): OutgoingHttpHeaders {
  return Object.fromEntries(headers);
}
