"""Auto top-up of one Cloudflare account's AI Gateway credits."""

import pulumi
import pulumi_cloudflare_ai_gateway_billing as billing

config = pulumi.Config()

# In US cents. A default is a second argument: `or` would also replace a zero, which the provider refuses.
topup = billing.AutoTopupConfig(
    "ai-gateway-credits",
    account_id=config.require("accountId"),
    amount=config.get_int("amount", 5000),  # buy credits for $50.00 ...
    threshold=config.get_int("threshold", 1000),  # ... whenever the balance falls below $10.00
)

pulumi.export("amount", topup.amount)
pulumi.export("threshold", topup.threshold)
pulumi.export("lastError", topup.error)
