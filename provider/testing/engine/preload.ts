// Owns the lines that every Node process of a run loads first, with `-r`: they make it end with the engine, and start in less
// than half the time. It must not know what the process does afterwards.
import { writeFileSync } from "node:fs";
import path from "node:path";

// The input keeps no event loop alive, so that a program still ends by itself.
const ENDING = `process.stdin.on("end", () => process.exit(1)).on("error", () => process.exit(1)).resume();
process.stdin.unref?.();`;

// With every program the SDK loads TypeScript and npm's resolver for the case that a function is serialised, and a tracer for the
// case that it is asked for: hundreds of files. They come when they are first used. "__esModule" lets the SDK's import helper
// pass the stand-in on as it is. https://github.com/pulumi/pulumi/tree/master/sdk/nodejs/runtime/closure
const LATE = String.raw`const Module = require("node:module");
const load = Module._load;
const late = [
  [/@pulumi[\\/]pulumi[\\/]runtime[\\/]closure[\\/]\w+\.js$/, /^(@npmcli\/arborist|.*\/typescript-shim)$/],
  [/@pulumi[\\/]pulumi[\\/]cmd[\\/]run[\\/]tracing\.js$/, /^@opentelemetry\/(?!api$)/],
];
Module._load = function (request, parent, ...rest) {
  const loaded = () => load.call(this, request, parent, ...rest);
  const isLate = late.some(([by, what]) => what.test(request) && by.test(parent?.filename ?? ""));
  if (!isLate) return loaded();
  // What is not installed fails here, as without these lines.
  Module._resolveFilename(request, parent);
  return new Proxy({}, { get: (_, name) => name === "__esModule" || loaded()[name] });
};`;

/** Where `writePreload` puts them. */
export function preloadIn(folder: string): string {
  return path.join(folder, "preload.cjs");
}

export function writePreload(folder: string): void {
  writeFileSync(preloadIn(folder), `${ENDING}\n${LATE}\n`);
}
