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

const sums = { amount: 5000, threshold: 1000 };
const doors = { dynamic: dynamic.AutoTopupConfig, plugin: PluginTopup };
for (const [door, Topup] of Object.entries(doors)) {
  const account = (digit) => `${digit}${door === "dynamic" ? "d" : "e"}`.repeat(16);
  const plain = new Topup(`${door}-plain`, { accountId: account("0"), ...sums });
  new Topup(`${door}-off`, { accountId: account("1"), ...sums, enabled: false });
  new Topup(`${door}-secret`, { accountId: account("2"), amount: pulumi.secret(7000), threshold: 1000 });
  new Topup(`${door}-adopted`, { accountId: account("3"), ...sums, adopt: true });
  new Topup(`${door}-capitals`, { accountId: account("4").toUpperCase(), ...sums });
  new Topup(`${door}-failing`, { accountId: account("5"), ...sums }, { dependsOn: [plain] });
  new Topup(
    `${door}-member`,
    { accountId: account("6"), ...sums },
    { parent: new Team(`${door}-team`), protect: true },
  );
  exports[`${door}Error`] = plain.error;
}
