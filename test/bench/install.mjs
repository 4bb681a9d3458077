// Measures what an installation brings beside @pulumi/pulumi: bytes and packages.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { bytesBelow, installedFile, root } from "./workspace.mjs";

const MB = 1024 * 1024;

export function measureInstall({ folder }) {
  const peer = packagesOf("@pulumi/pulumi");
  const sdk = [...packagesOf("cloudflare")].filter((each) => !peer.has(each));
  const own = bytesBelow(installedFile(folder, ""));
  const whole = sdk.reduce((sum, each) => sum + bytesBelow(each), 0);
  return [
    row("installed beside @pulumi/pulumi", "MB", { dynamic: own / MB, sdkDynamic: whole / MB }, 5),
    row("packages beside @pulumi/pulumi", "", { dynamic: 1, sdkDynamic: sdk.length }, 5),
    row("the plugin's executable file", "MB", { plugin: bytesBelow(path.join(folder, "plugins/plugin")) / MB }),
  ];
}

function row(what, unit, values, most) {
  return { section: "install", what, unit, values, ...(most && { limit: { dynamic: most } }) };
}

/** The folders of a package and of everything it depends on, as Node finds them from each other. */
function packagesOf(name, from = path.join(root, "package.json"), found = new Set()) {
  const folder = folderOf(name, from);
  if (folder === null || found.has(folder)) return found;
  found.add(folder);
  const file = path.join(folder, "package.json");
  const { dependencies = {} } = JSON.parse(readFileSync(file, "utf8"));
  for (const each of Object.keys(dependencies)) packagesOf(each, file, found);
  return found;
}

function folderOf(name, from) {
  for (const base of createRequire(from).resolve.paths(name)) {
    const folder = path.join(base, name);
    if (exists(path.join(folder, "package.json"))) return folder;
  }
  return null;
}

function exists(file) {
  try {
    return readFileSync(file).length > 0;
  } catch {
    return false;
  }
}
