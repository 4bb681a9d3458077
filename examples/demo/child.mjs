// Starts the processes of the player, and makes sure that they all end with the demo.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const running = new Set();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

/** @returns `ended`, which resolves with the exit code, and `kill`. */
export function startChild(command, args, { folder, env }, onLine) {
  const child = spawn(command, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  for (const name of ["stdout", "stderr"])
    createInterface({ input: child[name] }).on("line", (line) => onLine(line, name));
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return { ended, kill: () => child.kill("SIGKILL") };
}
