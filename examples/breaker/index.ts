import * as pulumi from "@pulumi/pulumi";
import { AutoTopupConfig, usd } from "pulumi-cloudflare-ai-gateway-billing";

const config = new pulumi.Config();

// The breaker sets it when auto top-up runs away. Only a person takes it back, with `pulumi config set paused false` and `pulumi up`.
const paused = config.getBoolean("paused") ?? false;

const topup = new AutoTopupConfig("ai-gateway-credits", {
  accountId: config.require("accountId"),
  amount: usd(50),
  threshold: usd(10),
  enabled: !paused,
});

export const accountId = topup.accountId;
