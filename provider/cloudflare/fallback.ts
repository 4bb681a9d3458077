// Which of two credentials a request is sent with: the configured one, or the environment's once Cloudflare no longer accepts that. Does
// not know where they come from, and never sees them.
import type { Exchange } from "./answers";
import type { Requests } from "./sdk";

export type Send = (requests: Requests) => Promise<Exchange>;

/**
 * Sends with the first credentials until Cloudflare no longer accepts them, then with the fallback ones.
 *
 * Refresh and destroy configure a provider with what the last `pulumi up` stored, so after a rotation the stored token is dead
 * while the environment may hold the present one (https://github.com/pulumi/pulumi-cloudflare/issues/498).
 */
export function rotating(
  first: Requests,
  fallback: Requests | null,
  onSwitch: () => void,
): (send: Send) => Promise<Exchange> {
  let current = first;
  return async (send) => {
    const used = current;
    const exchange = await send(used);
    if (!isRefused(exchange) || !fallback || used === fallback) return exchange;
    if (current !== fallback) onSwitch();
    current = fallback;
    return send(fallback);
  };
}

// A token that no longer exists gets 401, or 403 with code 9109; that code with another message, and every
// other 403, is about permissions or places, which other credentials should not get around.
function isRefused({ status, text }: Exchange): boolean {
  return status === 401 || (status === 403 && /"code":\s*9109\b/.test(text) && /invalid access token/i.test(text));
}
