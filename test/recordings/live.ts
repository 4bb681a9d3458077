// Plays the programs and commands of a recording with a real Pulumi CLI, against the simulator, and records them anew. Tests compare that with
// the file; record.mjs writes it.
import { spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "../support/program";
import { Endpoint } from "./endpoint";
import { programFolder } from "./process";
import type { Call, Preview, Recording, Run, StoredResource } from "./recording";
import { callsIn, Scrubber } from "./scrub";

const OURS = /:AutoTopupConfig$|^pulumi:providers:/;
type Stored = StoredResource & { readonly type: string };

/** A stack in a folder of its own, and what its CLI said to our providers. */
class LiveStack {
  readonly #log: string;
  readonly #scrub: Scrubber;

  constructor(
    private readonly cli: string,
    private readonly recording: Recording,
    private readonly endpoint: Endpoint,
    private readonly folder: string,
  ) {
    this.#log = path.join(folder, "grpc.json");
    this.#scrub = new Scrubber({ "<folder>": [folder, ROOT], "<cli>": [path.dirname(cli)] });
  }

  async open(): Promise<void> {
    await this.run(["stack", "init", "dev"]);
  }

  async play(run: Run, before: Run["remote"]): Promise<Run> {
    this.endpoint.arrange(run, before);
    for (const [key, value] of Object.entries(run.config ?? {})) await this.#configure(key, value);
    this.write(run.program);
    writeFileSync(this.#log, "");
    const last = run.exit === "SIGKILL" ? (run.http.at(-1) ?? "") : null;
    const { exit, stdout, stderr } = await this.run(run.command.split(" "), {}, last);
    if (last !== null) await sleep(500);
    const calls = this.#scrub.calls(readFileSync(this.#log, "utf8"), this.recording.mixed === true) as Call[];
    const { http, remote } = this.endpoint;
    const diagnostics = this.#scrub.document(diagnosticsIn(stdout + stderr));
    return { ...run, exit, calls, http, remote, ...(await this.state()), diagnostics };
  }

  async preview(preview: Preview, program: string, before: Run["remote"]): Promise<Preview> {
    const { outside, stub, http } = preview;
    this.endpoint.arrange({ ...(outside && { outside }), ...(stub && { stub }), ...(http && { http }) }, before);
    this.write(program);
    writeFileSync(this.#log, "");
    const { exit, stdout } = await this.run(preview.arguments.split(" "), preview.env);
    const lines = stdout.trim().split("\n");
    const document = preview.env ? lines.filter(isTold).map((line) => JSON.parse(line)) : JSON.parse(stdout || "null");
    const calls = callsIn(readFileSync(this.#log, "utf8"), this.recording.mixed === true).flatMap(shortOf);
    return { ...preview, exit, calls, http: this.endpoint.http, document: this.#scrub.document(document) };
  }

  write(program: string): void {
    const yaml = this.recording.prelude === "";
    const plugin = path.join(this.folder, "node_modules/pulumi-cloudflare-ai-gateway-billing/dist");
    const plugins = `plugins:\n  providers:\n    - name: cloudflare-ai-gateway-billing\n      path: ${plugin}\n`;
    const project = `name: example\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n${plugins}`;
    this.#file("Pulumi.yaml", yaml ? program.replaceAll("<plugin>", plugin) : project);
    this.#file("package.json", '{ "name": "example", "private": true, "main": "index.js" }\n');
    this.#file("index.js", this.recording.prelude + program);
  }

  async state(): Promise<Pick<Run, "state" | "pending">> {
    const { stdout } = await this.run(["stack", "export", "--show-secrets"]);
    const { resources = [], pending_operations = [] } = JSON.parse(stdout).deployment;
    const isDefault = ({ urn }: Stored) => /^pulumi:providers:.*::default/.test(urn.split("::").slice(2).join("::"));
    const own = (resources as Stored[]).filter((one) => OURS.test(one.type) && !isDefault(one));
    return { state: own.map((one) => this.#scrub.resource(one)), pending: this.#scrub.document(pending_operations) };
  }

  /** @param killAfter the request after which the CLI is killed. */
  async run(args: readonly string[], env: Preview["env"] = {}, killAfter: string | null = null) {
    const child = spawn(this.cli, [...args, "--non-interactive", "--color", "never"], {
      cwd: this.folder,
      env: {
        PATH: `${path.dirname(this.cli)}${path.delimiter}${process.env.PATH}`,
        HOME: this.folder,
        TMPDIR: this.folder,
        PULUMI_HOME: path.join(this.folder, "home"),
        PULUMI_BACKEND_URL: `file://${this.folder}`,
        PULUMI_CONFIG_PASSPHRASE: "throw-away",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_STACK: "dev",
        ...(args[0] === "stack" || args[0] === "config" ? {} : { PULUMI_DEBUG_GRPC: this.#log }),
        ...this.endpoint.env,
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data) => (stdout += data));
    child.stderr.on("data", (data) => (stderr += data));
    const ended = new Promise<number | "SIGKILL">((resolve) => {
      child.once(killAfter === null ? "close" : "exit", (code) => resolve(code ?? "SIGKILL"));
    });
    if (killAfter !== null) {
      await this.endpoint.sees(killAfter);
      child.kill("SIGKILL");
    }
    return { exit: await ended, stdout, stderr };
  }

  async #configure(key: string, value: string | null | { secret: string }): Promise<void> {
    if (value === null) await this.run(["config", "rm", key]);
    else if (typeof value === "string") await this.run(["config", "set", "--plaintext", key, value]);
    else await this.run(["config", "set", "--secret", key, value.secret]);
  }

  #file(name: string, text: string): void {
    writeFileSync(path.join(this.folder, name), text);
  }
}

/** Records the sequence anew; `previews` costs most of the time and is left out by tests. */
export async function record(recording: Recording, cli: string, { previews = false } = {}): Promise<Recording> {
  const endpoint = await Endpoint.open(recording);
  const folder = programFolder();
  const stack = new LiveStack(cli, recording, endpoint, folder);
  const runs: Run[] = [];
  const shown: Preview[] = [];
  const preview = async (after: number) => {
    for (const one of previews ? (recording.previews ?? []) : []) {
      const program = one.program ?? recording.runs[after]?.program ?? "";
      if (one.after === after) shown.push(await stack.preview(one, program, runs.at(-1)?.remote ?? {}));
    }
  };
  try {
    stack.write(recording.runs[0]?.program ?? "");
    await stack.open();
    await preview(-1);
    for (const [index, run] of recording.runs.entries()) {
      runs.push(await stack.play(run, runs.at(-1)?.remote ?? {}));
      await preview(index);
    }
    return { ...recording, runs, ...(previews && recording.previews ? { previews: shown } : {}) };
  } finally {
    await endpoint.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function diagnosticsIn(printed: string): string[] {
  const [, text = ""] = printed.split(/^Diagnostics:\n/m);
  const [block = ""] = text.split(/\n\n(?=\S)/);
  return block
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

function shortOf({ method, request, to }: Call): string[] {
  if (!/^(Check|Diff|Create|Update|Read|Delete|Invoke)$/.test(method)) return [];
  const id = request.id === undefined ? "" : ` ${String(request.id).slice(0, 4)}`;
  return [
    `${method}${to ? `(${to})` : ""} ${String(request.urn ?? request.tok)
      .split("::")
      .at(-1)}${id}`,
  ];
}

/** Debug lines differ from run to run. */
function isTold(line: string): boolean {
  return line !== "" && !line.includes('"severity":"debug"');
}
