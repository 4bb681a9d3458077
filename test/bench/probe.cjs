// Preloaded into any process: reports to its parent, when asked, how many modules are loaded, how many files Node's fs has read and the most
// memory it has used.
const fs = require("node:fs");
const Module = require("node:module");

const files = new Set();
for (const name of ["openSync", "readFileSync", "open", "readFile"]) {
  const original = fs[name];
  fs[name] = (file, ...rest) => {
    if (typeof file === "string") files.add(file);
    return original(file, ...rest);
  };
}

process.on("message", () => {
  // Less this one.
  const modules = Object.keys(Module._cache).length - 1;
  process.send({ modules, files: files.size, peakMb: process.resourceUsage().maxRSS / 1024 });
});
// Asking is the parent's business: a process that is done may end.
process.channel?.unref();
