// Loaded first, with `node -r`, by the SDK processes that tests start: they end with the test, and load TypeScript, npm's resolver and the
// tracer only when these are used. That is more than half of their start.
// https://github.com/pulumi/pulumi/tree/master/sdk/nodejs/runtime/closure
const Module = require("node:module");

process.stdin
  .on("end", () => process.exit(1))
  .on("error", () => process.exit(1))
  .resume();
// The input keeps no event loop alive, so that a process still ends by itself.
process.stdin.unref?.();

const load = Module._load;
const LATE = [
  [/@pulumi[\\/]pulumi[\\/]runtime[\\/]closure[\\/]\w+\.js$/, /^(@npmcli\/arborist|.*\/typescript-shim)$/],
  [/@pulumi[\\/]pulumi[\\/]cmd[\\/]run[\\/]tracing\.js$/, /^@opentelemetry\/(?!api$)/],
];
Module._load = function (request, parent, ...rest) {
  const loaded = () => load.call(this, request, parent, ...rest);
  if (!LATE.some(([by, what]) => what.test(request) && by.test(parent?.filename ?? ""))) return loaded();
  // What is not installed fails here, as without these lines.
  Module._resolveFilename(request, parent);
  // "__esModule" lets the SDK's import helper pass the stand-in on as it is.
  return new Proxy({}, { get: (_, name) => name === "__esModule" || loaded()[name] });
};
