// Owns the shape that all ways to the API share. It must not know any of them.

/** One answer as it comes in. */
export interface Incoming {
  status: number;
  headers: Headers;
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Sends one request to a URL. */
export type Transport = (url: string, init: RequestInit) => Promise<Incoming>;
