// The policy pack, which the engine loads for `--policy-pack`. Everything about money stands in rules.ts.
const { PolicyPack } = require("@pulumi/policy");
const { policies } = require("./policies");
const { stackPolicies } = require("./stackPolicies");

new PolicyPack("auto-topup", { enforcementLevel: "mandatory", policies: [...policies, ...stackPolicies] });
