import * as pulumi from "@pulumi/pulumi";
import * as billing from "pulumi-cloudflare-ai-gateway-billing-sdk";

const config = new pulumi.Config();

// In US cents. A value that is no number ends the run, and the provider refuses a zero.
const topup = new billing.AutoTopupConfig("ai-gateway-credits", {
  accountId: config.require("accountId"),
  amount: config.getNumber("amount") ?? 5000, // buy credits for $50.00 ...
  threshold: config.getNumber("threshold") ?? 1000, // ... whenever the balance falls below $10.00
});

// A second login is an explicit provider with a token and a cap of its own; the stack's settings do not reach it.
//   pulumi config set otherAccountId ACCOUNT_ID && pulumi config set --secret otherToken
const otherAccountId = config.get("otherAccountId");
if (otherAccountId) {
  const provider = new billing.Provider("other", { apiToken: config.requireSecret("otherToken"), maxAmount: 10000 });
  const values = { accountId: otherAccountId, amount: 5000, threshold: 1000 };
  new billing.AutoTopupConfig("other", values, { provider });
}

// Functions ask Cloudflare in every preview, too, which then needs a token that may read: so only if `pulumi config set report true` asks.
const asked = config.getBoolean("report") ? { accountId: topup.accountId } : undefined;
export const balance = asked && billing.getCreditBalanceOutput(asked).balance;
export const charges = asked && billing.getTopupChargesOutput(asked).charges;

export const amount = topup.amount;
export const threshold = topup.threshold;
export const lastError = topup.error;
