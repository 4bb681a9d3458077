// Runs the fuzz tests again and again with new seeds, for as long as asked: `npm run test:soak -- --minutes 5` (default: 1). Each round
// prints its seed; `-- --seed 123` starts with that one. Stops at the first failure with exit code 1 and prints the case that failed,
// shrunk, as it is to be kept in test/fuzz/seeds.json.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const JEST = createRequire(import.meta.url).resolve("jest/bin/jest");
// Long enough that the start of the processes does not count, short enough that a round is soon reported.
const LONGEST_ROUND_SECONDS = 60;
const TESTS = "**/test/fuzz/*.{test,exhaustive}.ts";
const MOST_PROPERTIES_OF_A_TEST = 4;

const { minutes, seed } = options();
const folder = mkdtempSync(path.join(tmpdir(), "auto-topup-soak-"));
process.exitCode = await soak().finally(() => rmSync(folder, { recursive: true, force: true }));

async function soak() {
  const end = Date.now() + minutes * 60_000;
  for (let round = 1; round === 1 || Date.now() < end; round++) {
    const left = Math.max(0, end - Date.now()) / 1000;
    // Every property runs for its share of the round.
    const seconds = Math.max(1, Math.floor(Math.min(left, LONGEST_ROUND_SECONDS) / MOST_PROPERTIES_OF_A_TEST));
    const ownSeed = (seed + (round - 1) * 10_000) % 2 ** 31;
    console.log(`round ${round}: seed ${ownSeed}, ${seconds} s for each property`);
    const failed = await play(ownSeed, seconds);
    if (failed !== null) return report(failed, ownSeed);
  }
  console.log(`no failure in ${minutes} minutes`);
  return 0;
}

/** What jest printed if a property does not hold; null if all do. */
function play(ownSeed, seconds) {
  const env = { ...process.env, FUZZ_SEED: ownSeed, FUZZ_SECONDS: seconds, FUZZ_REPORT: path.join(folder, "found") };
  const child = spawn(process.execPath, [JEST, "--testMatch", TESTS], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => printed.push(data));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code === 0 ? null : Buffer.concat(printed).toString()));
  });
}

function report(printed, ownSeed) {
  console.log(printed);
  const file = path.join(folder, "found");
  const found = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  for (const { name, found: one } of found.map((line) => JSON.parse(line))) {
    console.log(`\nTo keep this case, add it to "${name}" in test/fuzz/seeds.json:\n${one}`);
  }
  console.log(`\nfailed; the same round again: npm run test:soak -- --seed ${ownSeed}`);
  return 1;
}

function options() {
  const named = { minutes: { type: "string", default: "1" }, seed: { type: "string" } };
  const { values } = parseArgs({ options: named });
  const [minutes, seed] = [Number(values.minutes), Number(values.seed ?? Date.now() % 2 ** 31)];
  if (minutes > 0 && Number.isSafeInteger(seed)) return { minutes, seed };
  console.error("Usage: npm run test:soak -- [--minutes 5] [--seed 123]");
  process.exit(2);
}
