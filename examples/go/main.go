// Auto top-up of one Cloudflare account's AI Gateway credits.
package main

import (
	"errors"
	"fmt"

	billing "github.com/pulumi-cloudflare-ai-gateway-billing/pulumi-cloudflare-ai-gateway-billing/sdk/go/cloudflareaigatewaybilling"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		cfg := config.New(ctx, "")
		amount, err := cents(cfg, "amount", 5000) // buy credits for $50.00 ...
		if err != nil {
			return err
		}
		threshold, err := cents(cfg, "threshold", 1000) // ... whenever the balance falls below $10.00
		if err != nil {
			return err
		}
		topup, err := billing.NewAutoTopupConfig(ctx, "ai-gateway-credits", &billing.AutoTopupConfigArgs{
			AccountId: pulumi.String(cfg.Require("accountId")),
			Amount:    pulumi.Int(amount),
			Threshold: pulumi.Int(threshold),
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

// Only a value that is not set becomes the default; GetInt would turn one that cannot be read into 0.
func cents(cfg *config.Config, key string, unset int) (int, error) {
	value, err := cfg.TryInt(key)
	if errors.Is(err, config.ErrMissingVar) {
		return unset, nil
	}
	if err != nil {
		return 0, fmt.Errorf("'%s' must be a whole number of US cents: %w", key, err)
	}
	return value, nil
}
