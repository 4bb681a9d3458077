// One HTTP exchange and its bounds: direct or through a proxy, only to known endpoints, without following redirects, and with a limit on
// the answer's size. The SDK sends every request with it.
import { types } from "node:util";
import { getProxyForUrl } from "proxy-from-env";
import { isLoopback } from "./credentials";
import { largestAnswerTo } from "./endpoints";
import type { Incoming, Transport } from "./proxy";

const PROXY_VARIABLES = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/** An answer that came, but is too large to be read. */
export class AnswerTooLargeError extends Error {
  override readonly name = "AnswerTooLargeError";
  constructor(
    readonly status: number,
    readonly headers: Headers,
    limit: number,
  ) {
    super(`the answer is larger than ${limit / 2 ** 20} MB`);
  }
}

/**
 * A `fetch` that returns the whole answer at once, so that the caller's timeout covers the body too.
 *
 * Redirects are not followed: fetch drops `Authorization` on the way to another host, but not `X-Auth-Key`.
 */
export const boundedFetch: typeof fetch = async (input, init = {}) => {
  // Parsed once: what was checked is what is sent.
  const url = new URL(input instanceof Request ? input.url : String(input));
  const method = (init.method ?? (input instanceof Request ? input.method : "GET")).toUpperCase();
  const limit = largestAnswerTo(method, url);
  const proxy = proxyFor(url);
  const send = proxy ? (require("./proxy") as typeof import("./proxy")).throughProxy(proxy) : direct;
  const answer = await send(url.href, { ...init, method });
  const body = await readBounded(answer, limit).catch((error) => {
    throw init.signal?.aborted ? init.signal.reason : error;
  });
  const { status, headers } = answer;
  const isBodiless = status === 204 || status === 205 || status === 304;
  return new Response(isBodiless ? null : body, { status, headers });
};

// Only https:// goes through a proxy, which then sees no more than the host's name. http:// is for loopback addresses: a proxy would be
// given the credential in the clear, and cannot reach this machine's loopback address anyway.
function proxyFor({ protocol, hostname, href }: URL): string {
  if (protocol !== "https:" || isLoopback(hostname)) return "";
  const proxy = getProxyForUrl(href);
  // `proxy:3128` means plain HTTP to every other tool; the library takes the scheme of the request.
  return PROXY_VARIABLES.some((name) => `https://${process.env[name]}` === proxy)
    ? proxy.replace("https:", "http:")
    : proxy;
}

const direct: Transport = async (url, init) => {
  const { status, headers, body } = await fetch(url, { ...init, redirect: "manual" });
  return { status, headers, body: body ?? [] };
};

async function readBounded({ status, headers, body }: Incoming, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > limit) throw new AnswerTooLargeError(status, headers, limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What prevented an answer. fetch and the SDK hide it ("connect ECONNREFUSED 127.0.0.1:443") in a chain of causes. */
export function rootCauseOf(error: unknown): unknown {
  return types.isNativeError(error) && error.cause ? rootCauseOf(error.cause) : error;
}

/** The same in words. */
export function reasonOf(error: unknown): string {
  const cause = rootCauseOf(error);
  if (!types.isNativeError(cause)) return String(cause);
  return cause.message || ("code" in cause ? String(cause.code) : cause.name);
}
