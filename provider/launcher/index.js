#!/usr/bin/env node
// Starts the plugin where the engine runs this folder with its Node.js host instead of the executable, and as npm's command, which npm gives
// Windows only for a script whose first line names Node. The host always loads a TypeScript compiler with the tsconfig.json of the user's
// program, so package.json asks for a compiler of today.
require("./pulumi-resource-cloudflare-ai-gateway-billing").main(process.argv.slice(2));
