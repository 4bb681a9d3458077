// Starts the program the way the CLI's Node.js language host does. It knows arguments, variables and exit codes.
// https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/pulumi-language-nodejs/main.go
import { Child, type Ending, mergeEnv } from "./child";
import type { Project } from "./project";
import type { Reporter } from "./reporter";
import type { Sdk } from "./sdk";

export interface ProgramOptions {
  readonly sdk: Sdk;
  readonly project: Project;
  readonly env: NodeJS.ProcessEnv;
  readonly address: string;
  readonly parallel: number;
  readonly dryRun: boolean;
  readonly preload: string;
  readonly reporter: Reporter;
  /** True once the run has failed and let go of the program, which then complains of its lost connection. */
  readonly isAbandoned: () => boolean;
}

/** The program failed, and has said why. */
const failedAndSaidSo = 32;

export function startProgram({
  sdk,
  project,
  env,
  address,
  parallel,
  dryRun,
  preload,
  ...rest
}: ProgramOptions): Child {
  const flags: readonly [string, string][] = [
    ["monitor", address],
    ["engine", address],
    ["organization", "organization"],
    ["project", project.name],
    ["root-directory", project.root],
    ["stack", project.stack],
    ["pwd", project.folder],
    ["parallel", String(parallel)],
  ];
  return new Child({
    command: process.execPath,
    args: [
      ...project.nodeargs,
      // "-r" in this spelling keeps the SDK from taking it for a loader of the program's own.
      "-r",
      preload,
      sdk.run,
      ...flags.flatMap(([name, value]) => [`--${name}`, value]),
      ...(dryRun ? ["--dry-run"] : []),
      project.entry,
    ],
    folder: project.root,
    env: programEnv(project, env),
    onLine: (stream, line) => {
      if (stream === "stdout") rest.reporter.diagnose("info", line);
      else if (!rest.isAbandoned()) rest.reporter.diagnose("info#err", line);
    },
  });
}

/** Null where it went well; empty where it failed and has said why. */
export function problemOf({ code, signal, error }: Ending): string | null {
  if (error !== null) return `Problem executing program (could not run language executor): ${error.message}`;
  if (code === 0) return null;
  if (code === failedAndSaidSo) return "";
  return code === null ? `Program was ended by ${signal}` : `Program exited with non-zero exit code: ${code}`;
}

function programEnv({ config, typescript, tsconfig }: Project, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const entries = [...config];
  // The SDK reads its keys in an old spelling.
  const values = entries.map(([key, value]) => [
    key.replace(":", ":config:"),
    typeof value === "string" ? value : value.secret,
  ]);
  return mergeEnv(env, {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(values)),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(
      entries.filter(([, value]) => typeof value !== "string").map(([key]) => key),
    ),
    PULUMI_NODEJS_TYPESCRIPT: typescript ? "true" : undefined,
    PULUMI_NODEJS_TSCONFIG_PATH: tsconfig ?? undefined,
  });
}
