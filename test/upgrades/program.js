// What the kept states hold: every kind of declaration, through both front doors. make.mjs keeps a copy of it beside the states that it
// makes, so it may change from version to version.
const pulumi = require("@pulumi/pulumi");
const dynamic = require("pulumi-cloudflare-ai-gateway-billing");

const OUTPUTS = ["accountId", "amount", "threshold", "enabled", "adopt", "error", "disabledReason", "lastFailedAt"];

class PluginTopup extends pulumi.CustomResource {
  constructor(name, args, opts) {
    const outputs = Object.fromEntries(OUTPUTS.map((output) => [output, undefined]));
    super("cloudflare-ai-gateway-billing:index:AutoTopupConfig", name, { ...outputs, ...args }, opts);
  }
}

class Team extends pulumi.ComponentResource {
  constructor(name) {
    super("tested:index:Team", name);
  }
}

const amounts = { amount: 5000, threshold: 1000 };
const doors = { dynamic: dynamic.AutoTopupConfig, plugin: PluginTopup };
for (const [provider, Topup] of Object.entries(doors)) {
  const account = (digit) => `${digit}${provider === "dynamic" ? "d" : "e"}`.repeat(16);
  const plain = new Topup(`${provider}-plain`, { accountId: account("0"), ...amounts });
  new Topup(`${provider}-off`, { accountId: account("1"), ...amounts, enabled: false });
  new Topup(`${provider}-secret`, { accountId: account("2"), amount: pulumi.secret(7000), threshold: 1000 });
  new Topup(`${provider}-adopted`, { accountId: account("3"), ...amounts, adopt: true });
  new Topup(`${provider}-capitals`, { accountId: account("4").toUpperCase(), ...amounts });
  new Topup(`${provider}-failing`, { accountId: account("5"), ...amounts }, { dependsOn: [plain] });
  new Topup(
    `${provider}-member`,
    { accountId: account("6"), ...amounts },
    { parent: new Team(`${provider}-team`), protect: true },
  );
  exports[`${provider}Error`] = plain.error;
}
