// The SDK that examples/typescript-plugin generates for itself; the repository holds no generated code to type-check it with.
declare module "pulumi-cloudflare-ai-gateway-billing-sdk";
