// What users' tests import as pulumi-cloudflare-ai-gateway-billing/testing: the mocks, the simulator, and a throw-away stack of the real CLI.
export * from "./testing/mocks";
export * from "./testing/simulator";
export * from "./testing/stack";
