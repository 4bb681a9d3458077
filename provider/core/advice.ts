// Owns what to do next after an answer, by its status and its reasons. It must not know what was attempted.
import type { Reason } from "./shapes";

const AGAIN = "then run the same command again";

export function advise(status: number | null, reasons: readonly Reason[]): string {
  if (reasons.some(({ message }) => message.includes("NO_MANUAL_TOPUP"))) {
    return `This account never bought credits: buy some once in the dashboard (AI > AI Gateway > Credits Available), ${AGAIN}.`;
  }
  if (status === null) return `Check the network, the proxy and 'baseUrl', ${AGAIN}. Nothing stored was changed.`;
  if (status === 401 || reasons.some(({ code, message }) => code === 9109 && /invalid access token/i.test(message)))
    return (
      "The credentials were not accepted: check that the token exists, is active and was copied whole. If it was just replaced: " +
      "refresh and destroy use what the last `pulumi up` stored, so run `pulumi up` first, or set CLOUDFLARE_API_TOKEN."
    );
  if (status === 403) {
    return 'Check that the API token has the permission "AI Gateway Write" for this account (reading needs "AI Gateway Read").';
  }
  if (status === 404) return "Check 'accountId' and that the credentials belong to that account.";
  if (status === 409) return `Somebody else is changing this account's billing: wait a moment, ${AGAIN}.`;
  if (status === 429)
    return `The API's rate limit (1,200 requests per five minutes) is used up: wait five minutes, ${AGAIN}.`;
  if (status === 408 || status >= 500) return `See https://www.cloudflarestatus.com, ${AGAIN}.`;
  if (status >= 400) return "Check the declared values against Cloudflare's words above.";
  return `The answer is not what this API documents, so it was not trusted. Check 'baseUrl' and any proxy, ${AGAIN}.`;
}
