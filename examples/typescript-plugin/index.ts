import * as pulumi from "@pulumi/pulumi";
import * as billing from "pulumi-cloudflare-ai-gateway-billing-sdk";

const config = new pulumi.Config();

const topup = new billing.AutoTopupConfig("ai-gateway-credits", {
  accountId: config.require("accountId"),
  amount: config.getNumber("amount") ?? 5000, // US cents: charge $50.00 ...
  threshold: config.getNumber("threshold") ?? 1000, // ... whenever the balance falls below $10.00
});

export const amount = topup.amount;
export const threshold = topup.threshold;
export const lastError = topup.error;
