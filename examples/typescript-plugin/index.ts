import * as pulumi from "@pulumi/pulumi";
import * as billing from "pulumi-cloudflare-ai-gateway-billing-sdk";

const config = new pulumi.Config();

const topup = new billing.AutoTopupConfig("ai-gateway-credits", {
  accountId: config.require("accountId"),
  amount: cents("amount") ?? 5000, // buy credits for $50.00 ...
  threshold: cents("threshold") ?? 1000, // ... whenever the balance falls below $10.00
});

// A second login is an explicit provider with a token and a cap of its own; the stack's settings do not reach it.
//   pulumi config set otherAccountId ACCOUNT_ID && pulumi config set --secret otherToken
const otherAccountId = config.get("otherAccountId");
if (otherAccountId) {
  const provider = new billing.Provider("other", { apiToken: config.requireSecret("otherToken"), maxAmount: 10000 });
  const values = { accountId: otherAccountId, amount: 5000, threshold: 1000 };
  new billing.AutoTopupConfig("other", values, { provider });
}

// Functions ask Cloudflare in every preview, too, which then needs a token that may read: so only after `pulumi config set report true`.
const asked = { accountId: topup.accountId };
export const report = config.getBoolean("report")
  ? { balance: billing.getCreditBalanceOutput(asked).balance, charges: billing.getTopupChargesOutput(asked).charges }
  : "not asked for";

export const amount = topup.amount;
export const threshold = topup.threshold;
export const lastError = topup.error;

// Config's getNumber would read "50,000" as 50 and "5000x" as 5000.
function cents(key: string): number | undefined {
  const text = config.get(key);
  if (text === undefined || /^\d+$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new pulumi.RunError(`'${key}' must be a whole number of US cents; got '${text}'.`);
}
