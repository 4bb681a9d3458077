// Makes the plugin for a machine without Node: one executable with Node inside, for the platform that this runs on, asked for its schema and
// packed into the archive that `pulumi plugin install` takes. Needs dist/, and a Node that nodejs.org or a version manager brought, since a
// distribution's own may be split over several files. https://nodejs.org/api/single-executable-applications.html
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { credentials } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { archiveOf, EXECUTABLE } from "./plugin.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const target = path.resolve(process.argv[2] ?? path.join(root, "release"));
const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const [windows, mac] = [process.platform === "win32", process.platform === "darwin"];
const name = windows ? `${EXECUTABLE}.exe` : EXECUTABLE;
const executable = path.join(target, name);

mkdirSync(target, { recursive: true });
const blob = makeBlob();
copyFileSync(process.execPath, executable);
if (mac) run("codesign", ["--remove-signature", executable]);
inject(blob);
// macOS runs nothing that is not signed; this signature names nobody.
if (mac) run("codesign", ["--sign", "-", executable]);

const schema = await askForSchema(executable);
if (schema.version !== version) throw new Error(`The executable says that it is ${schema.version}, not ${version}.`);

writeLicences();
const archive = archiveOf(version, process.platform, process.arch);
run("tar", ["-czf", archive, name, "LICENSES.txt"], { cwd: target });
console.log(path.join(target, archive));

function makeBlob() {
  const [config, output] = ["sea.json", "sea.blob"].map((file) => path.join(target, file));
  const main = path.join(root, "dist/standalone.js");
  writeFileSync(config, JSON.stringify({ main, output, disableExperimentalSEAWarning: true, useCodeCache: true }));
  run(process.execPath, ["--experimental-sea-config", config]);
  rmSync(config);
  return output;
}

function inject(file) {
  const fuse = ["--sentinel-fuse", "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2"];
  const segment = mac ? ["--macho-segment-name", "NODE_SEA"] : [];
  const postject = path.join(root, "node_modules/postject/dist/cli.js");
  run(process.execPath, [postject, executable, "NODE_SEA_BLOB", file, ...fuse, ...segment]);
  rmSync(file);
}

/** Starts the executable as the engine does, without any Node on PATH, so that nothing is published that was not seen running. */
async function askForSchema(executable) {
  const { SystemRoot } = process.env;
  const child = spawn(executable, [], {
    env: { ...(SystemRoot && { SystemRoot }) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`${executable} ended with ${code} before it printed its port.`);
    });
    const [port] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended]);
    return JSON.parse(await schemaAt(`127.0.0.1:${port}`));
  } finally {
    child.kill();
  }
}

async function schemaAt(address) {
  const client = new services.ResourceProviderClient(address, credentials.createInsecure());
  const getSchema = promisify(client.getSchema.bind(client));
  const answer = await getSchema(new messages.GetSchemaRequest(), { deadline: Date.now() + 30_000 });
  client.close();
  return answer.getSchema();
}

// Node and what it is made of have licences of their own; nodejs.org's archives bring them beside the executable or one folder up.
function writeLicences() {
  const file = path.join(target, "LICENSES.txt");
  copyFileSync(path.join(root, "dist/LICENSES.txt"), file);
  const folder = path.dirname(process.execPath);
  const found = [folder, path.dirname(folder)].map((place) => path.join(place, "LICENSE")).find(existsSync);
  const text = found ? readFileSync(found, "utf8") : `https://github.com/nodejs/node/blob/${process.version}/LICENSE\n`;
  appendFileSync(file, `\n${"-".repeat(80)}\n\nNode.js ${process.version}\n\n${text}`);
}

// These tools warn about what is right; they are heard only if they fail.
function run(command, args, options = {}) {
  execFileSync(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
}
