// The front door of users' tests: the simulator, the local engine, the CLI's stack and the mocks.
export { findPulumiCli } from "./testing/cli";
export { type CliRunResult, type CliStack, type CliStackOptions, openCliStack } from "./testing/cliStack";
export * from "./testing/localEngine";
export { type BillingMocks, type BillingMocksOptions, billingMocks, type MockedConfig } from "./testing/mocks";
export * from "./testing/simulator";
