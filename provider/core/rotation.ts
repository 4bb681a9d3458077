// Owns which of two credentials a request is sent with. It must not know where they come from, nor see them.
import type { Exchange, Requests } from "./sdk";

export type Send = (requests: Requests) => Promise<Exchange>;

/**
 * Sends with the first credentials until Cloudflare no longer accepts them, then with the spare ones.
 *
 * Refresh and destroy configure a provider with what the last `pulumi up` stored, so after a rotation the stored token is dead
 * while the environment may hold the present one (https://github.com/pulumi/pulumi-cloudflare/issues/498).
 */
export function rotating(
  first: Requests,
  spare: Requests | null,
  onSwitch: () => void,
): (send: Send) => Promise<Exchange> {
  let current = first;
  return async (send) => {
    const used = current;
    const exchange = await send(used);
    if (!isRefused(exchange) || !spare || used === spare) return exchange;
    if (current !== spare) onSwitch();
    current = spare;
    return send(spare);
  };
}

// A token that does not exist any more is told with 401, or with 403 and code 9109; that code with other words, and every
// other 403, is about permissions or places, which other credentials should not get around.
function isRefused({ status, text }: Exchange): boolean {
  return status === 401 || (status === 403 && /"code":\s*9109\b/.test(text) && /invalid access token/i.test(text));
}
