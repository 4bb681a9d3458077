// The requests that may leave this process, and how large their answers may be. http.ts asks before every request, directly in front of
// the socket: POST .../billing/topup, without /config, charges the card at once, and no setting and no mistake may lead there.

const MEGABYTE = 1024 * 1024;

interface Endpoint {
  readonly methods: readonly string[];
  readonly query: RegExp;
  readonly largestAnswer: number;
}

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
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

/**
 * The size in bytes up to which the request's answer is read.
 *
 * @throws ForbiddenRequestError for every request but the known ones.
 */
export function largestAnswerTo(method: string, url: URL): number {
  const endpoint = ENDPOINTS[PATH.exec(url.pathname)?.[1] ?? ""];
  if (endpoint?.methods.includes(method) && endpoint.query.test(url.search)) return endpoint.largestAnswer;
  throw new ForbiddenRequestError(
    `${method} ${url.pathname} is not a request that this package may send; nothing was sent`,
  );
}
