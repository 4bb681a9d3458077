// Plays the demo's commands if there is no Pulumi CLI. It is not Pulumi: it knows the nine steps of the demo, one resource and no options,
// and keeps its state in memory. The program and the provider are the real ones, in processes of their own. Only demo.mjs calls it.
import { readFileSync } from "node:fs";
import path from "node:path";
import { startMonitor } from "./monitor.mjs";
import { startProgram } from "./program.mjs";
import { startProvider } from "./provider.mjs";
import { Report } from "./report.mjs";
import { loadSdk } from "./sdk.mjs";

const STACK = "pulumi:pulumi:Stack";

/**
 * @param options `program`: the folder; `config` and `env` as for openStack; `requests`: the simulator; `output`: gets each line;
 *   `plugin`: the plugin's command, or undefined for the dynamic provider.
 */
export function openPlayer({ program, config, env, requests, output, plugin }) {
  const sdk = loadSdk(program);
  const [, project] = /^name: (.*)/m.exec(readFileSync(path.join(program, "Pulumi.yaml"), "utf8"));
  /** What the last command left: the resources by URN, as { urn, type, name, id, inputs, outputs }. */
  const state = new Map();

  async function run(title, dryRun, work) {
    const before = requests.requests.length;
    const report = new Report(title, dryRun, output);
    const monitor = await startMonitor(sdk, project, (severity, message) => report.say(`${severity}: ${message}`));
    const settings = plugin ? configOf(config, "cloudflare-ai-gateway-billing:") : configOf(config, "");
    const around = { sdk, project, folder: program, env, engine: monitor.address, say: (line) => report.say(line) };
    const provider = await startProvider(around, plugin, settings);
    let ok = true;
    try {
      await work({ monitor, provider, report, around });
    } catch (cause) {
      ok = false;
      report.say(`error: ${cause.message}`);
    } finally {
      await provider.stop();
      monitor.close();
    }
    report.end();
    return { ok, lines: report.lines, requests: requests.requests.slice(before) };
  }

  const update = (title, dryRun) =>
    run(title, dryRun, async ({ monitor, provider, report, around }) => {
      monitor.onRegister(async (resource) => {
        if (!resource.custom) return register(state, resource, dryRun, report);
        return registerCustom(state, resource, dryRun, report, provider);
      });
      monitor.onOutputs((outputs) => report.outputs(outputs));
      await startProgram(around, config, dryRun, monitor);
    });

  return {
    preview: () => update("Previewing update (dev):", true),
    up: () => update("Updating (dev):", false),
    refresh: () =>
      run("Refreshing (dev):", false, async ({ provider, report }) => {
        for (const old of state.values()) await refresh(state, old, report, provider);
      }),
    destroy: () =>
      run("Destroying (dev):", false, async ({ provider, report }) => {
        for (const old of [...state.values()].reverse()) {
          if (old.type !== STACK) await provider.delete(old);
          state.delete(old.urn);
          report.step("delete", old, {});
        }
      }),
    dispose: async () => state.clear(),
  };
}

function register(state, resource, dryRun, report) {
  report.step(state.has(resource.urn) ? "same" : "create", resource, {});
  const registered = { ...resource, id: "", outputs: {} };
  if (!dryRun) state.set(resource.urn, registered);
  return registered;
}

/** Check, then what the engine does next: create what is new, ask for a difference to what is there, update what differs. */
async function registerCustom(state, resource, dryRun, report, provider) {
  const old = state.get(resource.urn);
  const { inputs, failures } = await provider.check(resource, old);
  if (failures.length > 0) {
    const told = failures.map(({ property, reason }) => {
      const value = property in inputs ? ` value {${inputs[property]}}` : "";
      return `property ${property}${value} has a problem: ${reason}`;
    });
    throw new Error(`${resource.type} resource '${resource.name}': ${told.join("\n")}`);
  }
  const wanted = { ...resource, inputs };
  const op = old === undefined ? "create" : (await provider.differs(old, inputs)) ? "update" : "same";
  const registered = op === "same" ? { ...old, inputs } : await write(op, wanted, old, dryRun, provider);
  if (!dryRun) state.set(resource.urn, registered);
  report.step(op, wanted, op === "update" ? differences(old.inputs, inputs) : {});
  return registered;
}

async function write(op, wanted, old, dryRun, provider) {
  // What only the write itself brings is left out, and the SDK then takes it for not known yet.
  if (dryRun) return { ...wanted, id: old?.id ?? "", outputs: wanted.inputs };
  if (op === "create") return { ...wanted, ...(await provider.create(wanted)) };
  return { ...wanted, id: old.id, outputs: await provider.update(old, wanted.inputs) };
}

async function refresh(state, old, report, provider) {
  if (old.type === STACK) return report.step("same", old, {});
  const { id, inputs, outputs } = await provider.read(old);
  if (id === "") {
    state.delete(old.urn);
    return report.step("delete", old, {});
  }
  const found = differences(old.outputs, outputs);
  state.set(old.urn, { ...old, inputs, outputs });
  report.step(Object.keys(found).length > 0 ? "update" : "same", old, found);
}

/** What the SDK adds for itself begins with "__" and is not shown. */
function differences(olds, news) {
  const names = Object.keys({ ...olds, ...news }).filter((name) => !name.startsWith("__"));
  const differing = names.filter((name) => JSON.stringify(olds[name]) !== JSON.stringify(news[name]));
  return Object.fromEntries(differing.map((name) => [name, { old: olds[name], new: news[name] }]));
}

/** The dynamic provider gets the whole configuration, the plugin its own part without the namespace. */
function configOf(config, namespace) {
  const own = Object.entries(config).filter(([key]) => key.startsWith(namespace));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(namespace.length), value.secret ?? value]));
}
