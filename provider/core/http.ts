// Owns the bounds of one HTTP exchange: no redirect is followed and no answer grows without end. It must not know
// Cloudflare, nor look into an answer.

const LARGEST_BODY = 1024 * 1024;

/**
 * A `fetch` that hands over the whole answer at once, so that the caller's timeout covers the body too.
 *
 * Redirects stay unfollowed: fetch drops `Authorization` on the way to another host, but not `X-Auth-Key`.
 */
export const boundedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, { ...init, redirect: "manual" });
  const body = await readBounded(response);
  const bodiless = response.status === 204 || response.status === 205 || response.status === 304;
  return new Response(bodiless ? null : body, { status: response.status, headers: response.headers });
};

async function readBounded(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > LARGEST_BODY) throw new Error(`the answer is larger than ${LARGEST_BODY} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
