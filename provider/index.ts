// The front door of programs: the resource class and the dollar helper. Loads nothing but @pulumi/pulumi.
export { AutoTopupConfig, type AutoTopupConfigArgs } from "./dynamic/autoTopupConfig";
export { usd } from "./topup/money";
