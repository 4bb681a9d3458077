import { AutoTopupConfig } from "pulumi-cloudflare-ai-gateway-billing";
import { accounts, standard } from "./accounts";

const topups = Object.entries(accounts).map(
  ([name, account]) => new AutoTopupConfig(name, { ...standard, ...account }, { protect: name === "production" }),
);

export const amounts = topups.map((topup) => topup.amount);
export const failing = topups.map((topup) => topup.disabledReason);
