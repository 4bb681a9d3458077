// Owns what a program imports: the resource and the dollar helper. It must load nothing but @pulumi/pulumi.
export { AutoTopupConfig, type AutoTopupConfigArgs } from "./autoTopupConfig";
export { usd } from "./core/money";
