// Runs an `up` in a process of its own, which can be killed: with the local engine, and with the real CLI. Program and moment are the caller's.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import path from "node:path";
import { openCliStack } from "../../provider/testing";
import { EXECUTABLE } from "../support/plugin";
import { type Ground, PACKAGE, PROVIDERS } from "./ground";

export interface Engine {
  /** Begins an `up`; the process is the engine itself. */
  begin(): ChildProcess;
  /** Runs an `up` to its end; returns its exit code and what it printed. */
  up(options?: UpOptions): Promise<{ exitCode: number | null; printed: string }>;
  /** What a person does after an engine was killed, before the next `up`. */
  recover(): Promise<unknown>;
  close(): Promise<unknown>;
}

interface UpOptions {
  readonly refresh?: boolean | undefined;
}

export async function openLocalEngine({ program, config, env }: Ground): Promise<Engine> {
  const stateFile = path.join(program.folder, "state.json");
  const options = { program: program.folder, stateFile, config, providers: PROVIDERS };
  program.write(
    "up.cjs",
    `const { openLocalStack } = require("pulumi-${PACKAGE}/testing");
    const refresh = process.argv.includes("--refresh");
    openLocalStack(${JSON.stringify(options)}).up({ refresh }).then(({ ok, lines }) => {
      console.log(lines.join("\\n"));
      process.exitCode = ok ? 0 : 1;
    });`,
  );
  return engineOf(process.execPath, ["up.cjs"], program.folder, {
    ...process.env,
    ...env,
    PULUMI_CONFIG_PASSPHRASE: "throw-away",
  });
}

export async function openCliEngine(cli: string, { program, config, env }: Ground): Promise<Engine> {
  program.write(
    "Pulumi.yaml",
    `name: tested\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nplugins:\n  providers:\n` +
      `    - name: ${PACKAGE}\n      path: ${path.dirname(EXECUTABLE)}\n`,
  );
  const backend = path.join(program.folder, "backend");
  program.write("backend/.keep", "");
  const own = { ...env, PULUMI_BACKEND_URL: `file://${backend}`, PULUMI_CONFIG_PASSPHRASE: "throw-away" };
  const stack = await openCliStack({ cli, program: program.folder, config, env: own });
  const args = ["up", "--stack", "dev", "--yes", "--skip-preview", "--non-interactive"];
  const quiet = { PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_HOME: backend };
  return {
    ...engineOf(cli, args, program.folder, { ...process.env, ...own, ...quiet }),
    // A killed engine leaves its lock.
    recover: () => stack.run(["cancel", "--yes", "--stack", "dev"]),
    async close() {
      endOrphans(program.folder);
      await stack.dispose();
    },
  };
}

// A real engine that is killed leaves its providers behind; these are in the program's folder, as nobody else is.
function endOrphans(folder: string): void {
  const processes = existsSync("/proc/self/cwd") ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : [];
  for (const pid of processes) if (cwdOf(pid) === folder) process.kill(Number(pid), "SIGKILL");
}

function cwdOf(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

function engineOf(command: string, args: string[], cwd: string, own: NodeJS.ProcessEnv): Engine {
  // What a killed engine cannot remove goes with the program's folder.
  const env = { ...own, TMPDIR: cwd };
  const begin = (more: string[] = []) =>
    spawn(command, [...args, ...more], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  return {
    begin: () => begin(),
    async up({ refresh } = {}) {
      const child = begin(refresh ? ["--refresh"] : []);
      let printed = "";
      child.stdout.on("data", (data) => (printed += data));
      child.stderr.on("data", (data) => (printed += data));
      const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
      return { exitCode, printed };
    },
    recover: async () => {},
    close: async () => {},
  };
}
