// Measures what both providers cost beside an empty program and a straightforward dynamic provider, and prints one table. It asserts nothing,
// needs no network but 127.0.0.1, and leaves nothing behind.
//
//   npm run bench -- [--quick] [--json] [--write] [--only start,program,install,cli]
//   npm run bench -- --from test/bench/results.json [--json] [--write]   shows an earlier run again
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { measureAll, SECTIONS } from "./sections.mjs";
import { renderTable } from "./table.mjs";
import { bench } from "./workspace.mjs";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    from: { type: "string" },
    only: { type: "string", default: SECTIONS.join(",") },
  },
});
const only = options.only.split(",");
const unknown = only.filter((name) => !SECTIONS.includes(name));
if (unknown.length > 0) throw new Error(`--only knows ${SECTIONS.join(", ")}; got ${unknown.join(", ")}`);

// Standard output is the table's.
const progress = (text) => console.error(`bench: ${text}`);
const results = options.from
  ? JSON.parse(readFileSync(options.from, "utf8"))
  : await measureAll({ only, quick: options.quick, progress });
const json = JSON.stringify(results, null, 2);
console.log(options.json ? json : renderTable(results));
if (options.write) writeFileSync(path.join(bench, "results.json"), `${json}\n`);
