import * as pulumi from "@pulumi/pulumi";
import { AutoTopupConfig, usd } from "pulumi-cloudflare-ai-gateway-billing";

const config = new pulumi.Config();

// Neither value limits what is spent in a month. Before you switch this on, set a spend limit on every gateway of the account, in the dashboard
// or as examples/gateway does, the gateway `default` included. Without a spend limit, an account that spends fast buys again and again.
const topup = new AutoTopupConfig(
  "ai-gateway-credits",
  {
    accountId: config.require("accountId"),
    amount: usd(50), // buy credits for $50.00 ...
    threshold: usd(10), // ... whenever the balance falls below $10.00
  },
  // `pulumi destroy`, or removing this declaration, would switch auto top-up off. This line makes Pulumi refuse both.
  { protect: true },
);

export const amount = topup.amount;
export const threshold = topup.threshold;
export const lastError = topup.error;
