// One HTTP exchange and its bounds: only to known endpoints, direct or through a proxy, without following redirects, and with a limit on the
// answer's size. The SDK sends every request with it.
import { types } from "node:util";
import { isLoopback } from "./credentials";
import type { Incoming, Transport } from "./proxy";

// The package ships no types.
const { getProxyForUrl } = require("proxy-from-env") as { getProxyForUrl(url: string): string };

const PROXY_VARIABLES = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

const MEGABYTE = 1024 * 1024;

/**
 * The requests that may leave this process, and how large their answers may be. Looked up directly in front of the socket: POST
 * .../billing/topup, without /config, charges the card at once, and no setting and no mistake may lead there.
 */
const ENDPOINTS: Readonly<Record<string, { methods: readonly string[]; query: RegExp; largestAnswer: number }>> = {
  "topup/config": { methods: ["GET", "POST", "DELETE"], query: /^$/, largestAnswer: MEGABYTE },
  "credit-balance": { methods: ["GET"], query: /^$/, largestAnswer: MEGABYTE },
  // An invoice takes about a kilobyte, and no parameter asks for a part of the list.
  "invoice-history": { methods: ["GET"], query: /^\?type=auto$/, largestAnswer: 16 * MEGABYTE },
};

const PATH = /^(?:\/(?!accounts\/)[^/]+)*\/accounts\/[0-9a-f]{32}\/ai-gateway\/billing\/([a-z/-]+)$/;

/** A request that this package must not send: a bug, whatever built the URL. */
export class ForbiddenRequestError extends Error {
  override readonly name = "ForbiddenRequestError";
}

/** The size in bytes up to which the request's answer is read. Throws ForbiddenRequestError for every request but the known ones. */
export function largestAnswerTo(method: string, url: URL): number {
  const endpoint = ENDPOINTS[PATH.exec(url.pathname)?.[1] ?? ""];
  if (endpoint?.methods.includes(method) && endpoint.query.test(url.search)) return endpoint.largestAnswer;
  throw new ForbiddenRequestError(
    `${method} ${url.pathname} is not a request that this package may send; nothing was sent`,
  );
}

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
  return new Response([204, 205, 304].includes(status) ? null : body, { status, headers });
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

const direct: Transport = (url, init) => fetch(url, { ...init, redirect: "manual" });

async function readBounded({ status, headers, body }: Incoming, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
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
