// Reads `npm audit --json` on standard input and fails if it names a package that is bundled into what users get. It must not judge the
// tools that only build and test, which nobody installs with the package.
import { readFileSync } from "node:fs";

const licences = readFileSync(new URL("../../dist/LICENSES.txt", import.meta.url), "utf8");
const shipped = new Set(
  [...licences.matchAll(/^((?:@[\w.-]+\/)?[\w.-]+) \d+\.\d+\.\d+\S*$/gm)].map(([, name]) => name),
);

const report = JSON.parse(readFileSync(0, "utf8"));
// If the registry could not be asked there is an error and no list, which is not a clean bill.
if (!report.vulnerabilities) throw new Error(`npm audit gave no answer: ${JSON.stringify(report).slice(0, 300)}`);

const found = Object.values(report.vulnerabilities).filter(({ name }) => shipped.has(name));
for (const { name, severity, range } of found) console.error(`${name} ${range}: ${severity}`);
console.log(`${found.length} of the ${shipped.size} bundled packages have a known vulnerability.`);
if (found.length > 0) process.exitCode = 1;
