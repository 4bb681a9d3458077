// Brings a checkout to the point where its commands can run: dependencies, then dist/. Every command of package.json calls it first, and npm
// calls it when it packs the package or installs it from a git repository. It does only what is missing or stale, and needs only Node and npm.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
process.chdir(root);
const windows = process.platform === "win32";

if (Number.parseInt(process.versions.node, 10) < 20) {
  console.error(`setup: Node 20 or newer is needed, and this is Node ${process.versions.node}`);
  process.exit(1);
}

// A published tarball carries dist/ and nothing to build it from.
if (existsSync("package-lock.json")) {
  const { npm_lifecycle_event: event, npm_command: command = "" } = process.env;
  // `npm install` and `npm ci` have just installed them, also for a git dependency; `npm pack` and `npm publish` have not.
  if (event !== "prepare" || ["pack", "publish"].includes(command)) {
    // No dependency needs its install script, so none gets to run one. The lock file's hashes say what npm's cache may give.
    const install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
    once("node_modules", ["package-lock.json"], "installing dependencies (npm ci)", install);
  }
  linkSelf();
  const sources = ["provider", "package.json", "package-lock.json", "tsconfig.json", "sdk-schema.json"];
  once("dist", sources, "building dist/", [process.execPath, "provider/scripts/build.mjs"]);
}

/** Runs the command unless `result` is there and was made from these very `sources`. */
function once(result, sources, what, [command, ...args]) {
  const wanted = hash(sources);
  const file = path.join("node_modules", `.setup-stamp-${result}`);
  if (existsSync(result) && existsSync(file) && readFileSync(file, "utf8") === wanted) return;
  console.error(`setup: ${what}`);
  try {
    // Standard output belongs to the command that comes after.
    execFileSync(command, args, { stdio: ["ignore", 2, 2], shell: windows && command === "npm" });
  } catch {
    // The command has said why, and a stack trace of this file would not help.
    console.error(`setup: ${what} failed, see above`);
    process.exit(1);
  }
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, wanted);
}

function hash(sources) {
  const digest = createHash("sha256").update(process.version);
  const isFile = (entry) => lstatSync(entry).isFile();
  const below = (folder) => readdirSync(folder, { recursive: true }).map((name) => path.join(folder, name));
  const files = sources.flatMap((source) => (isFile(source) ? source : below(source).filter(isFile).sort()));
  for (const file of files) digest.update(file).update(readFileSync(file));
  return digest.digest("hex");
}

// The examples import the package by its name, as a user's program does.
function linkSelf() {
  const link = path.join("node_modules", "pulumi-cloudflare-ai-gateway-billing");
  if (!existsSync(link)) symlinkSync(windows ? root : "..", link, windows ? "junction" : "dir");
}
