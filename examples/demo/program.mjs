// Runs the program once, as the CLI's language host does.
// https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/pulumi-language-nodejs/main.go
import { startChild } from "./child.mjs";

/** Resolves when the program has registered everything. Rejects if it fails, or if one of its resources does. */
export async function startProgram({ sdk, project, folder, env, engine, say }, config, dryRun, monitor) {
  const flags = ["--monitor", engine, "--engine", engine, "--project", project, "--stack", "dev", "--pwd", folder];
  const args = [
    sdk.run,
    ...flags,
    "--root-directory",
    folder,
    "--parallel",
    "16",
    ...(dryRun ? ["--dry-run"] : []),
    ".",
  ];
  const child = startChild(
    process.execPath,
    args,
    { folder, env: { ...process.env, ...env, ...settings(config, project) } },
    say,
  );
  const ended = child.ended.then((code) => {
    if (code !== 0) throw new Error(`The program ended with exit code ${code}.`);
  });
  try {
    await Promise.race([monitor.registered, ended]);
    monitor.release();
    await ended;
  } finally {
    child.kill();
    await child.ended;
  }
}

/** The SDK reads the configuration's keys in an old spelling. */
function settings(config, project) {
  const full = Object.entries(config).map(([key, value]) => [key.includes(":") ? key : `${project}:${key}`, value]);
  return {
    PULUMI_NODEJS_TYPESCRIPT: "true",
    PULUMI_CONFIG: JSON.stringify(
      Object.fromEntries(full.map(([key, value]) => [key.replace(":", ":config:"), value.secret ?? value])),
    ),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(full.filter(([, value]) => value.secret).map(([key]) => key)),
  };
}
