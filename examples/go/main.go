// Auto top-up of one Cloudflare account's AI Gateway credits.
package main

import (
	billing "github.com/pulumi-cloudflare-ai-gateway-billing/pulumi-cloudflare-ai-gateway-billing/sdk/go/cloudflareaigatewaybilling"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		cfg := config.New(ctx, "")
		topup, err := billing.NewAutoTopupConfig(ctx, "ai-gateway-credits", &billing.AutoTopupConfigArgs{
			AccountId: pulumi.String(cfg.Require("accountId")),
			Amount:    pulumi.Int(orElse(cfg.GetInt("amount"), 5000)),    // US cents: charge $50.00 ...
			Threshold: pulumi.Int(orElse(cfg.GetInt("threshold"), 1000)), // ... whenever the balance falls below $10.00
		})
		if err != nil {
			return err
		}
		ctx.Export("amount", topup.Amount)
		ctx.Export("threshold", topup.Threshold)
		ctx.Export("lastError", topup.Error)
		return nil
	})
}

func orElse(value, fallback int) int {
	if value == 0 {
		return fallback
	}
	return value
}
