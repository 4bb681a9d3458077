// What users' tests import as pulumi-cloudflare-ai-gateway-billing/testing: the mocks, the simulator, and a throw-away stack of the real CLI.
export { findPulumiCli } from "./testing/cli";
export { type BillingMocks, type BillingMocksOptions, billingMocks, type MockedConfig } from "./testing/mocks";
export * from "./testing/simulator";
export {
  openStack,
  type RequestRecorder,
  type StackOptions,
  type StackResult,
  type ThrowAwayStack,
} from "./testing/stack";
