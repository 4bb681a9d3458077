// Runs a command line of a pipeline in its folder, with an environment of its own.
import { spawn } from "node:child_process";

export interface Ended {
  readonly exitCode: number | null;
  /** Both streams. */
  readonly output: string;
}

export async function runIn(cwd: string, command: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const [program = "bash", ...args] = command;
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const exitCode = await new Promise<number | null>((done, fail) => child.once("error", fail).once("close", done));
  return { exitCode, output };
}
