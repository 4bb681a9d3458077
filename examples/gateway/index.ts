import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { AutoTopupConfig, usd } from "pulumi-cloudflare-ai-gateway-billing";

// An account that exists: Cloudflare tops up only an account whose credits were bought by hand once.
const accountId = new pulumi.Config().require("accountId");

const settings = {
  cacheInvalidateOnUpdate: true,
  cacheTtl: 300,
  collectLogs: true,
  rateLimitingInterval: 60,
  rateLimitingLimit: 600,
  // The threshold below does not limit spending. This does. Past $300.00 in 24 hours (`window` is in seconds), requests get 429 instead of using up
  // credits. `limit` is in dollars: https://developers.cloudflare.com/ai-gateway/features/spend-limits/
  spendLimits: {
    enabled: true,
    rules: [{ enabled: true, limitType: "cost", limit: 300, window: 86_400, technique: "sliding" }],
  },
};

// Cloudflare makes the gateway `default` at an account's first request, without a limit. If it is there already, import it first:
//   pulumi import cloudflare:index/aiGateway:AiGateway default ACCOUNT_ID/default
const gateways = ["default", "assistants"].map(
  (name) => new cloudflare.AiGateway(name, { accountId, aiGatewayId: name, ...settings }),
);

// Limits first, then credits; and `pulumi destroy` switches auto top-up off before a limit goes.
const topup = new AutoTopupConfig(
  "assistants",
  { accountId, amount: usd(100), threshold: usd(25) },
  { dependsOn: gateways },
);

export const gatewayIds = gateways.map(({ aiGatewayId }) => aiGatewayId);
export const boughtAtEachTopup = topup.amount;
export const lastError = topup.error;
