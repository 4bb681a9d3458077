// Writes the checksums of a release's archives, which standalone.mjs made on six machines, and refuses a set that is not whole. It must not
// build or change anything.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { archiveOf, EXECUTABLE } from "./plugin.mjs";

const [, , folder = "release"] = process.argv;
const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

const archives = ["darwin", "linux", "windows"].flatMap((system) =>
  ["x64", "arm64"].map((processor) => archiveOf(version, system, processor)),
);
const missing = archives.filter((archive) => !readdirSync(folder).includes(archive));
if (missing.length > 0) throw new Error(`A release needs an archive for each platform; missing: ${missing.join(", ")}`);

const digests = archives.map((archive) => createHash("sha256").update(readFileSync(path.join(folder, archive))));
const checksums = digests.map((digest, index) => `${digest.digest("hex")}  ${archives[index]}\n`).join("");
writeFileSync(path.join(folder, `${EXECUTABLE}-v${version}-checksums.txt`), checksums);
console.log(checksums.trimEnd());
