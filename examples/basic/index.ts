import * as pulumi from "@pulumi/pulumi";
import { AutoTopupConfig, usd } from "pulumi-cloudflare-ai-gateway-billing";

const config = new pulumi.Config();

const topup = new AutoTopupConfig("ai-gateway-credits", {
  accountId: config.require("accountId"),
  amount: usd(config.requireNumber("amountUsd")),
  threshold: usd(config.requireNumber("thresholdUsd")),
});

export const amount = topup.amount;
export const threshold = topup.threshold;
export const lastError = topup.error;
