import * as cloudflare from "@pulumi/cloudflare";
import { AutoTopupConfig, usd } from "pulumi-cloudflare-ai-gateway-billing";

// The account's id is known only once Cloudflare has created it: the preview shows the top-up with an unknown account.
const account = new cloudflare.Account("assistants", { name: "Assistants" });

const gateway = new cloudflare.AiGateway("assistants", {
  accountId: account.id,
  aiGatewayId: "assistants",
  cacheInvalidateOnUpdate: true,
  cacheTtl: 300,
  collectLogs: true,
  rateLimitingInterval: 60,
  rateLimitingLimit: 600,
  // The threshold below bounds nothing: this does. Past $300.00 in 24 hours, requests get 429 instead of using up credits.
  // 'limit' is in dollars and 'window' in seconds: https://developers.cloudflare.com/ai-gateway/features/spend-limits/
  spendLimits: {
    enabled: true,
    rules: [{ enabled: true, limitType: "cost", limit: 300, window: 86_400, technique: "sliding" }],
  },
});

// Credits before traffic: without them, requests through the gateway fail.
const topup = new AutoTopupConfig("assistants", {
  accountId: account.id,
  amount: usd(100),
  threshold: usd(25),
});

export const accountId = account.id;
export const gatewayId = gateway.aiGatewayId;
export const chargedAtEachTopup = topup.amount;
export const lastError = topup.error;
