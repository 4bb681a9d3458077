import * as pulumi from "@pulumi/pulumi";
import { AutoTopupConfig, usd } from "pulumi-cloudflare-ai-gateway-billing";

const config = new pulumi.Config();

const topup = new AutoTopupConfig("ai-gateway-credits", {
  accountId: config.require("accountId"),
  amount: usd(50),
  threshold: usd(10),
});

// What check.mjs reads. Health never causes an update: nothing in a program could repair a declined card.
export const health = [topup].map(({ accountId, error, disabledReason, lastFailedAt }) => ({
  accountId,
  error,
  disabledReason,
  lastFailedAt,
}));
