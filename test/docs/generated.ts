// The parts of the pages that are made from the schema, the benchmark's results and the commands' own help. Decides nothing about the
// prose around them.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../support/program";
import { anchorOf } from "./pages";

interface Property {
  type?: string;
  $ref?: string;
  items?: Property;
  additionalProperties?: Property;
  description: string;
  default?: unknown;
  secret?: boolean;
  defaultInfo?: { environment: string[] };
}
type Properties = Record<string, Property>;
interface ObjectType {
  description: string;
  properties: Properties;
  required?: string[];
}

export const schema = JSON.parse(readFileSync(path.join(ROOT, "sdk-schema.json"), "utf8"));
const PREFIX = "cloudflare-ai-gateway-billing:index:";
const resource: ObjectType & { inputProperties: Properties; requiredInputs: string[] } =
  schema.resources[`${PREFIX}AutoTopupConfig`];

const MARK = /(<!-- generated: (.+?) -->\n)[\s\S]*?(<!-- \/generated -->)/g;

/** The page with its generated parts made anew. */
export function regenerate(text: string): string {
  return text.replace(MARK, (_, begin: string, name: string, end: string) => {
    const [kind = "", ...rest] = name.split(" ");
    const part = PARTS[name] ?? PARTS[kind];
    if (!part) throw new Error(`Nobody generates '${name}'.`);
    return `${begin}\n${part(rest.join(" ")).trim()}\n\n${end}`;
  });
}

/** What stands between a page's markers, by the first word of the marker or by all of it. */
export const PARTS: Record<string, (argument: string) => string> = {
  "registry example": () => chooser(examplesOf(resource.description)),
  sdks: () => sdkRows(),
  settings: () => settings(),
  resource: () => `${summaryOf(resource.description)}\n\n- Token: \`${PREFIX}AutoTopupConfig\`\n- Id: the account id`,
  inputs: () => inputTable(resource.inputProperties, resource.requiredInputs),
  outputs: () => {
    const own = Object.entries(resource.properties).filter(([name]) => !(name in resource.inputProperties));
    return outputTable({ ...resource, properties: Object.fromEntries(own), required: [] });
  },
  functions: () => functions(),
  provider: () =>
    `${schema.provider.description}\n\n${propertyTable("input", schema.provider.inputProperties, ([, { secret }]) =>
      secret ? ", secret" : "",
    )}`,
  benchmarks: () => benchmarks(),
  review: () => quoted(reviewOf("preview")),
  help: (command) => `\`\`\`text\n${helpOf(command)}\`\`\``,
};

/** Command by the name of its built file. */
const COMMANDS: Record<string, string> = {
  review: "review.js",
  watch: "watch.js",
  simulator: "simulator.js",
  plugin: "pulumi-resource-cloudflare-ai-gateway-billing",
};

function helpOf(command: string): string {
  const file = COMMANDS[command];
  if (!file) throw new Error(`There is no command '${command}'.`);
  return execFileSync(process.execPath, [path.join(ROOT, "dist", file), "--help"], { encoding: "utf8" });
}

/** The comment that a pull request gets for a fixture, without its hidden first line. A gate that fails is a part of it. */
function reviewOf(fixture: string): string {
  const args = [
    "dist/review.js",
    `test/docs/fixtures/${fixture}.json`,
    "--format",
    "markdown",
    "--max-increase-usd",
    "20",
  ];
  return spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" }).stdout.replace(/^<!--.*-->\n/, "");
}

function quoted(markdown: string): string {
  return markdown.trim().replace(/^/gm, "> ").replace(/^> $/gm, ">");
}

/** The examples of a description, by language. */
export function examplesOf(description: string): ReadonlyMap<string, string> {
  const blocks = [...description.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter(([, language]) => language !== "sh");
  return new Map(blocks.map(([, language = "", code = ""]) => [language, code]));
}

// https://www.pulumi.com/docs/iac/guides/building-extending/packages/publishing-packages/: what the registry's pages are written in.
function chooser(examples: ReadonlyMap<string, string>): string {
  const languages = [...examples.keys()];
  const choices = [...examples].map(
    ([language, code]) =>
      `{{% choosable language ${language} %}}\n\n\`\`\`${language}\n${code}\`\`\`\n\n{{% /choosable %}}`,
  );
  return [`{{< chooser language "${languages.join(",")}" >}}`, ...choices, "{{< /chooser >}}"].join("\n\n");
}

function sdkRows(): string {
  const { nodejs, python, go, csharp, java } = schema.language;
  const [namespace] = Object.values(csharp.namespaces);
  const [javaPackage] = Object.values(java.packages);
  const rows = [
    ["TypeScript, JavaScript", nodejs.packageName, ""],
    ["Python", python.packageName, ""],
    ["Go", go.importBasePath, "`pulumi install`"],
    ["C#", `Pulumi.${namespace}`, ""],
    ["Java", `${java.basePackage}.${javaPackage}`, ""],
  ];
  const cells = rows.map(([language = "", name = "", after = ""]) => [language, `\`${name}\``, after]);
  return table(["language", "name of the generated SDK", "after `pulumi package add`"], cells);
}

function settings(): string {
  const rows = Object.entries<Property>(schema.config.variables).map(([name, property]) => [
    `\`${name}\``,
    `${typeOf(property)}${property.secret ? ", secret" : ""}`,
    property.defaultInfo ? `\`${property.defaultInfo.environment.join("`, `")}\`` : "",
    property.description,
  ]);
  return table(["setting", "type", "environment", "meaning"], rows);
}

/** @param more what stands behind the type. */
function propertyTable(
  title: string,
  properties: Properties,
  more: (property: readonly [name: string, property: Property]) => string,
): string {
  const rows = Object.entries(properties).map((one) => [
    `\`${one[0]}\``,
    `${typeOf(one[1])}${more(one)}`,
    one[1].description,
  ]);
  return table([title, "type", "meaning"], rows);
}

function inputTable(properties: Properties, required: readonly string[]): string {
  return propertyTable("input", properties, ([name, property]) => {
    if (required.includes(name)) return ", required";
    return "default" in property ? `, default \`${property.default}\`` : "";
  });
}

function outputTable({ properties, required = [] }: Pick<ObjectType, "properties" | "required">): string {
  return propertyTable("output", properties, ([name]) => (required.includes(name) ? "" : " or null"));
}

function functions(): string {
  const parts = Object.entries<{ description: string; inputs: ObjectType; outputs: ObjectType }>(schema.functions).map(
    ([token, { description, inputs, outputs }]) =>
      [
        `### ${nameOf(token)}`,
        summaryOf(description),
        inputTable(inputs.properties, inputs.required ?? []),
        outputTable(outputs),
      ].join("\n\n"),
  );
  const types = Object.entries<ObjectType>(schema.types).map(([token, type]) =>
    [`### ${nameOf(token)}`, type.description, "enum" in type ? enumTable(type) : outputTable(type)].join("\n\n"),
  );
  return [...parts, ...types].join("\n\n");
}

function enumTable(type: object): string {
  const values: { value: string; description: string }[] = Reflect.get(type, "enum");
  return table(
    ["value", "meaning"],
    values.map(({ value, description }) => [`\`${value}\``, description]),
  );
}

function typeOf({ type, $ref, items, additionalProperties }: Property): string {
  if ($ref) {
    const name = nameOf($ref);
    return `[${name}](#${anchorOf(name)})`;
  }
  if (items) return `list of ${typeOf(items)}`;
  if (additionalProperties) return `map of ${typeOf(additionalProperties)}`;
  return type ?? "";
}

function nameOf(token: string): string {
  return token.split(":").at(-1) ?? token;
}

/** What stands before the examples. */
function summaryOf(description: string): string {
  return (description.split("{{% examples %}}")[0] ?? "").trim();
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [head, head.map(() => "---"), ...rows].map(line).join("\n");
}

type Values = Record<string, number>;

function benchmarks(): string {
  const { rows }: { rows: { what: string; values: Values }[] } = require("../bench/results.json");
  const valuesOf = (what: string): Values => {
    const found = rows.find((row) => row.what.trim() === what);
    if (!found) throw new Error(`results.json has nothing for '${what}'.`);
    return found.values;
  };
  const { plugin: file } = valuesOf("the plugin's executable file");
  const installed = { ...valuesOf("installed beside @pulumi/pulumi"), ...(file === undefined ? {} : { plugin: file }) };
  const whole = (unit: string) => (value: number) => `${Math.round(value).toLocaleString("en")} ${unit}`;
  const tenths = (unit: string) => (value: number) => `${value.toFixed(1)} ${unit}`;
  const each = [", one request each", ", two requests each", ", two requests each"];
  const lines: [title: string, values: Values, format: (value: number) => string, after?: string[]][] = [
    ["preview of one resource, beyond an empty program's: CLI", valuesOf("over the empty program"), whole("ms")],
    ["start of the provider to its first check", valuesOf("process start to first Check"), whole("ms")],
    ["import in the program, beyond `@pulumi/pulumi`", valuesOf("import over @pulumi/pulumi itself"), tenths("ms")],
    ["memory at the first check", valuesOf("memory at the first Check"), whole("MB")],
    ["state of one resource", valuesOf("one resource in the state"), whole("bytes")],
    ["installed beside `@pulumi/pulumi`", installed, tenths("MB"), ["", "", " (one file)"]],
    ["preview of 1,000 new accounts: CLI", valuesOf("preview, 1,000 accounts"), (ms) => tenths("s")(ms / 1000)],
    ["`up` of 1,000 new accounts", valuesOf("up, 1,000 accounts"), (ms) => tenths("s")(ms / 1000), each],
  ];
  return table(
    ["what", "straightforward", "dynamic provider", "plugin", "least"],
    lines.map(([title, values, format, after = []]) => {
      const cells = ["sdkDynamic", "dynamic", "plugin", "least"].map((subject, index) => {
        const value = values[subject];
        return value === undefined ? "" : `${format(value)}${after[index] ?? ""}`;
      });
      return [title, ...cells];
    }),
  );
}
