// The states that earlier versions left behind, and this one: the present code finds nothing to change in them, and asks Cloudflare for
// nothing but a read of each account, through both providers in one program.
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, openLocalStack, startSimulator } from "../../provider/testing";
import { javascriptProgram, ROOT } from "../support/program";
import { configOf, PASSPHRASE, PLUGIN, world, writeProject } from "./world.cjs";

const FIXTURES = path.join(__dirname, "fixtures");
const versions = readdirSync(FIXTURES).sort();
const enginesOf = (version: string) =>
  ["cli", "local"].filter((engine) => existsSync(path.join(FIXTURES, version, `${engine}.json`)));
const STATES = versions.flatMap((version) => enginesOf(version).map((engine): [string, string] => [version, engine]));
// A run takes seconds, and a version's two states hold the same: that is a test below.
const PLAYED = versions.map((version) => [version, enginesOf(version)[0] ?? "local"]);
const folder = mkdtempSync(path.join(tmpdir(), "auto-topup-states-"));

let cloudflare: BillingSimulator;
beforeAll(async () => {
  cloudflare = await startSimulator({ apiToken: world.token });
});
afterAll(async () => {
  await cloudflare.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Plays a preview with a refresh before it, which shows both whether the stored and whether the declared values still hold. */
async function play(version: string, engine: string) {
  cloudflare.reset();
  for (const [accountId, config] of Object.entries(world.after)) cloudflare.setConfig(accountId, config);
  for (const [accountId, health] of Object.entries(world.health)) cloudflare.setHealth(accountId, health);
  const program = javascriptProgram();
  writeProject(program.folder, readFileSync(path.join(FIXTURES, version, "program.js"), "utf8"));
  const stateFile = path.join(folder, `${version}-${engine}.json`);
  copyFileSync(path.join(FIXTURES, version, `${engine}.json`), stateFile);
  const stack = openLocalStack({
    program: program.folder,
    stateFile,
    config: configOf(world.token),
    env: { CLOUDFLARE_BASE_URL: cloudflare.url, PULUMI_CONFIG_PASSPHRASE: PASSPHRASE },
    providers: { "cloudflare-ai-gateway-billing": { command: PLUGIN } },
    requests: cloudflare,
  });
  try {
    return await stack.preview({ refresh: true });
  } finally {
    await stack.dispose();
    program.remove();
  }
}

describe.each(PLAYED)("the state that version %s left, by the %s engine", (version, engine) => {
  it("is refreshed without a difference and previewed without a change and without a request (promise 5)", async () => {
    const { ok, steps, requests, diagnostics } = await play(version, engine);
    const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
    expect({ ok, errors }).toEqual({ ok: true, errors: [] });
    const topups = steps.filter(({ type }) => type.endsWith(":AutoTopupConfig"));
    const refreshed = topups.filter(({ op }) => op === "refresh");
    expect(refreshed.filter(({ outcome }) => outcome !== "same")).toEqual([]);
    expect(steps.filter(({ op }) => op !== "refresh" && op !== "same")).toEqual([]);
    // One read of each account, by the refresh; none by the preview.
    expect(refreshed.length).toBeGreaterThanOrEqual(14);
    expect((requests as { method: string }[]).map(({ method }) => method)).toEqual(refreshed.map(() => "GET"));
    expect(
      topups
        .filter(({ op }) => op === "same")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(refreshed.map(({ name }) => name).sort());
  });
});

describe.each(STATES)("the state that version %s left, by the %s engine", (version, engine) => {
  it("holds the same resources, inputs and outputs as the one that is played", () => {
    const [played = ""] = enginesOf(version);
    expect(topupsOf(version, engine).length).toBeGreaterThanOrEqual(14);
    expect(topupsOf(version, engine)).toEqual(topupsOf(version, played));
  });

  it("holds nothing secret in the clear, and no path of the machine that made it", () => {
    const text = readFileSync(path.join(FIXTURES, version, `${engine}.json`), "utf8");
    expect(text).toContain('"ciphertext"');
    expect(text).not.toContain(world.token);
    expect(text).not.toMatch(/"(\/|[A-Z]:\\|project:\/\/)/);
  });
});

interface Stored {
  deployment: { resources: { urn: string; type: string; id?: string; inputs?: object; outputs?: object }[] };
}

/** What a state holds of top-up configs, in the order of their names, without what an engine encrypts anew for each state. */
function topupsOf(version: string, engine: string): object[] {
  const text = readFileSync(path.join(FIXTURES, version, `${engine}.json`), "utf8");
  const { deployment } = JSON.parse(text, (key, value) => (key === "ciphertext" ? "encrypted" : value)) as Stored;
  return deployment.resources
    .filter(({ type }) => type.endsWith(":AutoTopupConfig"))
    .map(({ urn, type, id, inputs, outputs }) => ({ urn, type, id, inputs, outputs }))
    .sort((one, other) => one.urn.localeCompare(other.urn));
}

describe("kept states", () => {
  it("exist for the version in package.json: node test/upgrades/make.mjs makes them", () => {
    const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
    expect(versions).toContain(version);
    expect(STATES.map(([one]) => one)).toEqual(expect.arrayContaining(versions));
  });
});
