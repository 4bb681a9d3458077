import * as pulumi from "@pulumi/pulumi";
import { AutoTopupConfig, usd } from "pulumi-cloudflare-ai-gateway-billing";

const config = new pulumi.Config();

const topup = new AutoTopupConfig("ai-gateway-credits", {
  accountId: config.require("accountId"),
  amount: usd(50), // charge $50.00 ...
  threshold: usd(10), // ... whenever the balance falls below $10.00
});

export const amount = topup.amount;
export const threshold = topup.threshold;
export const lastError = topup.error;
