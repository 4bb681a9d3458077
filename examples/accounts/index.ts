import * as pulumi from "@pulumi/pulumi";
import { AutoTopupConfig } from "pulumi-cloudflare-ai-gateway-billing";
import { accounts, standard } from "./accounts";

// A row that leaves the table switches its account off, unless `protect` refuses it.
const topups = Object.entries(accounts).map(
  ([name, account]) =>
    [name, new AutoTopupConfig(name, { ...standard, ...account }, { protect: name === "production" })] as const,
);

const byName = <T>(what: (topup: AutoTopupConfig) => T) =>
  Object.fromEntries(topups.map(([name, topup]) => [name, what(topup)]));

export const amounts = byName((topup) => topup.amount);
/** Why top-ups fail, by account; null if they do not. Cloudflare reports it in either field. */
export const failing = byName((topup) =>
  pulumi.all([topup.disabledReason, topup.error]).apply((reasons) => reasons.filter(Boolean).join(": ") || null),
);
