// Owns what users' tests import: the simulator, the engines and the mocks. It must not hold logic.
export { findPulumiCli } from "./cli";
export { type CliRunResult, type CliStack, type CliStackOptions, openCliStack } from "./cliStack";
export * from "./localEngine";
export { type BillingMocks, type BillingMocksOptions, billingMocks, type MockedConfig } from "./mocks";
export * from "./simulator";
