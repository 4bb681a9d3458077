// One HTTP exchange and its bounds: direct or through a proxy, without following redirects, and with a limit on the answer's size. Does
// not know Cloudflare, and does not read the answer.
import { types } from "node:util";
import { getProxyForUrl } from "proxy-from-env";
import { isLoopback } from "./credentials";
import type { Incoming, Transport } from "./proxy";

const LARGEST_BODY = 1024 * 1024;
const PROXY_VARIABLES = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/**
 * A `fetch` that hands over the whole answer at once, so that the caller's timeout covers the body too.
 *
 * Redirects stay unfollowed: fetch drops `Authorization` on the way to another host, but not `X-Auth-Key`.
 */
export const boundedFetch: typeof fetch = async (input, init = {}) => {
  const url = input instanceof Request ? input.url : String(input);
  const { status, headers, body } = await transportTo(url)(url, init);
  const text = await readBounded(body).catch((error) => {
    throw init.signal?.aborted ? init.signal.reason : error;
  });
  const bodiless = status === 204 || status === 205 || status === 304;
  return new Response(bodiless ? null : text, { status, headers });
};

function transportTo(url: string): Transport {
  const proxy = proxyFor(url);
  if (!proxy) return direct;
  const { through } = require("./proxy") as typeof import("./proxy");
  return through(proxy);
}

// Only https:// goes through a proxy, which then sees no more than the host's name: http:// is for loopback addresses, where
// a proxy would be handed the credential in the clear. Other loopback addresses are not a proxy's business either.
function proxyFor(url: string): string {
  const { protocol, hostname } = new URL(url);
  if (protocol !== "https:" || isLoopback(hostname)) return "";
  const proxy = getProxyForUrl(url);
  // `proxy:3128` means plain HTTP to every other tool; the library takes the scheme of the request.
  return PROXY_VARIABLES.some((name) => `https://${process.env[name]}` === proxy)
    ? proxy.replace("https:", "http:")
    : proxy;
}

const direct: Transport = async (url, init) => {
  const { status, headers, body } = await fetch(url, { ...init, redirect: "manual" });
  return { status, headers, body: body ?? [] };
};

async function readBounded(body: Incoming["body"]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > LARGEST_BODY) throw new Error(`the answer is larger than ${LARGEST_BODY} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What prevented an answer: fetch hides it ("connect ECONNREFUSED 127.0.0.1:443") in a chain of causes. */
export function reasonOf(error: unknown): string {
  if (!types.isNativeError(error)) return String(error);
  if (error.cause) return reasonOf(error.cause);
  return error.message || ("code" in error ? String(error.code) : error.name);
}
