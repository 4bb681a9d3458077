// Packs dist/'s plugin into the archives that `pulumi plugin install` downloads from a release, with their checksums. It must not
// build anything.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { EXECUTABLE, FILES } from "./plugin.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const target = path.resolve(process.argv[2] ?? path.join(root, "release"));

// The same files for all: Node is on every platform that the CLI names.
const PLATFORMS = ["linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64", "windows-amd64", "windows-arm64"];

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const archives = PLATFORMS.map((platform) => `${EXECUTABLE}-v${version}-${platform}.tar.gz`);
const [first, ...others] = archives;
execFileSync("tar", ["-czf", path.join(target, first), "-C", path.join(root, "dist"), ...FILES, "LICENSES.txt"]);
for (const archive of others) copyFileSync(path.join(target, first), path.join(target, archive));

const digest = createHash("sha256")
  .update(readFileSync(path.join(target, first)))
  .digest("hex");
const amounts = archives.map((archive) => `${digest}  ${archive}\n`).join("");
writeFileSync(path.join(target, `${EXECUTABLE}-v${version}-checksums.txt`), amounts);
console.log(amounts.trimEnd());
