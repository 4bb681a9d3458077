// Reads Pulumi.yaml and Pulumi.<stack>.yaml and works out where and how the program starts. It knows the two files' fields
// and refuses those that the local engine cannot honour.
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { ConfigValue, LocalStackOptions } from "./contract";

/** A program that is ready to be started. */
export interface Project {
  readonly name: string;
  readonly stack: string;
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  /** The folder that the program and its providers start in, and where they find their packages. */
  readonly folder: string;
  /** What is run there: "." or a file. */
  readonly entry: string;
  readonly typescript: boolean;
  readonly nodeargs: readonly string[];
  readonly tsconfig: string | null;
  /** Every key with its namespace. */
  readonly config: ReadonlyMap<string, ConfigValue>;
}

type Yaml = Readonly<Record<string, unknown>>;
type ParseYaml = (text: string) => unknown;

/** Where a program is. It is known before its SDK, which is looked for in `folder` and which reads YAML for us. */
export function findProgram(program: string): { folder: string } {
  const root = findRoot(program);
  const [, main] = /^main:\s*["']?([^"'#\n]+)/m.exec(readFileSync(path.join(root, "Pulumi.yaml"), "utf8")) ?? [];
  return { folder: locate(root, main?.trim()).folder };
}

function findRoot(program: string): string {
  const root = path.resolve(program);
  if (!existsSync(path.join(root, "Pulumi.yaml"))) {
    throw new Error(
      `Cannot open a stack in ${root}: there is no Pulumi.yaml. Pass the folder that holds it as 'program'.`,
    );
  }
  return root;
}

export function readProject(options: LocalStackOptions, parseYaml: ParseYaml): Project {
  const root = findRoot(options.program);
  const yaml = asYaml(parseYaml(readFileSync(path.join(root, "Pulumi.yaml"), "utf8")));
  const name = yaml.name;
  if (typeof name !== "string" || name === "") throw new Error(`Pulumi.yaml in ${root} has no 'name'.`);
  const stack = options.stack ?? "dev";
  const stackYaml = readStack(path.join(root, `Pulumi.${stack}.yaml`), parseYaml);
  const config = new Map([...projectConfig(yaml, name), ...stackConfig(stackYaml, name, options)]);
  return { name, stack, root, ...locate(root, yaml.main), ...runtimeOf(yaml), config };
}

function locate(root: string, main: unknown): { folder: string; entry: string } {
  if (typeof main !== "string" || main === "") return { folder: root, entry: "." };
  const target = path.resolve(root, main);
  if (!existsSync(target)) throw new Error(`'main' in Pulumi.yaml names ${target}, which does not exist.`);
  if (statSync(target).isDirectory()) return { folder: target, entry: "." };
  return { folder: path.dirname(target), entry: path.basename(target) };
}

function runtimeOf(yaml: Yaml): Pick<Project, "typescript" | "nodeargs" | "tsconfig"> {
  const runtime = yaml.runtime;
  const name = typeof runtime === "string" ? runtime : asYaml(runtime).name;
  if (name !== "nodejs") {
    throw new Error(
      `The local engine runs programs of the runtime 'nodejs' only, and Pulumi.yaml says '${String(name)}'.`,
    );
  }
  const options = typeof runtime === "string" ? {} : asYaml(asYaml(runtime).options);
  const { typescript, nodeargs, tsconfig } = options;
  return {
    typescript: typescript !== false,
    nodeargs: typeof nodeargs === "string" ? nodeargs.split(/\s+/).filter((each) => each !== "") : [],
    tsconfig: typeof tsconfig === "string" ? tsconfig : null,
  };
}

/** Pulumi.yaml may give values and defaults for every stack. */
function projectConfig(yaml: Yaml, project: string): [string, ConfigValue][] {
  return Object.entries(asYaml(yaml.config)).flatMap(([key, declared]) => {
    const isTable = typeof declared === "object" && declared !== null && !Array.isArray(declared);
    const value = isTable ? (asYaml(declared).value ?? asYaml(declared).default) : declared;
    return value === undefined || value === null ? [] : [[withNamespace(key, project), asText(value)]];
  });
}

function stackConfig(yaml: Yaml, project: string, options: LocalStackOptions): [string, ConfigValue][] {
  const given = Object.entries(options.config ?? {}).map(([key, value]): [string, ConfigValue] => [
    withNamespace(key, project),
    value,
  ]);
  const overridden = new Set(given.map(([key]) => key));
  const read = Object.entries(asYaml(yaml.config)).map(([key, value]): [string, unknown] => [
    withNamespace(key, project),
    value,
  ]);
  const kept = read.filter(([key]) => !overridden.has(key));
  return [...kept.map(([key, value]): [string, ConfigValue] => [key, plainText(key, value)]), ...given];
}

function plainText(key: string, value: unknown): string {
  if (typeof value === "object" && value !== null && "secure" in value) {
    throw new Error(
      `The local engine cannot read '${key}', which is encrypted in the stack's configuration file. Pass it in 'config', as { secret: ... }.`,
    );
  }
  return asText(value);
}

function readStack(file: string, parseYaml: ParseYaml): Yaml {
  return existsSync(file) ? asYaml(parseYaml(readFileSync(file, "utf8"))) : {};
}

function withNamespace(key: string, project: string): string {
  return key.includes(":") ? key.replace(/^([^:]+):config:/, "$1:") : `${project}:${key}`;
}

function asText(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function asYaml(value: unknown): Yaml {
  return typeof value === "object" && value !== null ? (value as Yaml) : {};
}
