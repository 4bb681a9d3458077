// The fallback credentials: once Cloudflare no longer accepts the configured ones, reads and removals go on with the environment's.
// client.ts sends through it; it never sees a credential.
import type { Exchange } from "./answers";
import type { Requests } from "./sdk";

export type Send = (requests: Requests) => Promise<Exchange>;

/**
 * Sends with the configured credentials until Cloudflare no longer accepts them, then with the fallback.
 *
 * Refresh and destroy configure a provider with what the last `pulumi up` stored. After a rotation the stored token is dead, while the
 * environment may hold its successor (https://github.com/pulumi/pulumi-cloudflare/issues/498).
 */
export function sendWithFallback(
  configured: Requests,
  fallback: Requests | null,
  onSwitch: () => void,
): (send: Send) => Promise<Exchange> {
  let current = configured;
  return async (send) => {
    const used = current;
    const exchange = await send(used);
    if (!isDead(exchange) || !fallback || used === fallback) return exchange;
    if (current !== fallback) onSwitch();
    current = fallback;
    return send(fallback);
  };
}

// A token that no longer exists gets 401, or 403 with code 9109; an expired one the same code. Any other 403 is about permissions or
// places, and other credentials should not get around those.
function isDead({ status, text }: Exchange): boolean {
  if (status !== 403) return status === 401;
  return /"code":\s*9109\b/.test(text) && /invalid access token|expired/i.test(text);
}
