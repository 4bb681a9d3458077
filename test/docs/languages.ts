// What a program in one of Pulumi's languages declares and uses, by the names that the schema gives it. A reader of the examples' plain style,
// no parser: it knows how Pulumi's generators spell names (https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/).
import { schema } from "./generated";

/** What a piece of code names, in the schema's spelling. */
export interface Named {
  /** Properties with the JSON type of the literal that is assigned. */
  readonly inputs: Readonly<Record<string, "string" | "integer">>;
  /** Properties read from what was declared or found. */
  readonly outputs: readonly string[];
  /** How the resource or function is written, for `callOf`. */
  readonly code: string;
}

interface Language {
  /** A property with a literal: the name, then the literal. */
  readonly input: RegExp;
  readonly output: RegExp;
  readonly toSchema: (name: string) => string;
  /** What the code must contain to mean this resource or function of the package. */
  readonly callOf: (name: string) => readonly string[];
}

const { nodejs, python, go, csharp, java } = schema.language;
const [namespace] = Object.values<string>(csharp.namespaces);
const [javaPackage] = Object.values<string>(java.packages);
const same = (name: string) => name;
const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
const upperFirst = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const isFunction = (name: string) => name.startsWith("get");
// Go calls a function Lookup where a resource has the rest of its name.
const goName = (name: string) => (name === "getAutoTopupConfig" ? "LookupAutoTopupConfig" : upperFirst(name));

export const LANGUAGES: Record<string, Language> = {
  typescript: {
    input: /(?:^|[{ ])(\w+): ("|\d)/gm,
    output: /\b(?:topup|found)\.(\w+)/g,
    toSchema: same,
    callOf: (name) => [
      `import * as billing from "${nodejs.packageName}";`,
      isFunction(name) ? `billing.${name}Output({` : `new billing.${name}(`,
    ],
  },
  python: {
    input: /\b([a-z_]+)=("|\d)/g,
    output: /\b(?:topup|found)\.(\w+)/g,
    toSchema: camel,
    callOf: (name) => [
      `import ${python.packageName} as billing`,
      isFunction(name) ? `billing.${snake(name)}_output(` : `billing.${name}(`,
    ],
  },
  go: {
    input: /^\s*([A-Z]\w*):\s+pulumi\.\w+\(("|\d)/gm,
    output: /\b(?:topup|found)\.(\w+)/g,
    toSchema: lowerFirst,
    callOf: (name) => [
      `billing "${go.importBasePath}"`,
      isFunction(name)
        ? `billing.${goName(name)}Output(ctx, billing.${goName(name)}OutputArgs{`
        : `billing.New${name}(ctx, `,
    ],
  },
  csharp: {
    input: /\b([A-Z]\w*) = ("|\d)/g,
    output: /\b(?:topup|it)\.([A-Z]\w*)/g,
    toSchema: lowerFirst,
    callOf: (name) => [
      `using Billing = Pulumi.${namespace};`,
      isFunction(name) ? `Billing.${upperFirst(name)}.Invoke(` : `new Billing.${name}(`,
    ],
  },
  java: {
    input: /^\s*\.(\w+)\(("|\d)/gm,
    output: /\b(?:topup|it)\.(\w+)\(\)/g,
    toSchema: same,
    callOf: (name) => [
      `import ${java.basePackage}.${javaPackage}.`,
      isFunction(name) ? `Functions.${name}(${upperFirst(name)}Args.builder()` : `new ${name}(`,
    ],
  },
  yaml: {
    input: /^ {6,}(?!function:)(\w+): (\w)/gm,
    output: /\$\{(?:ai-gateway-credits|found)\.(\w+)/g,
    toSchema: same,
    callOf: (name) => [isFunction(name) ? `function: ${schema.name}:${name}\n` : `type: ${schema.name}:${name}\n`],
  },
};

/** What a piece of code assigns and reads. */
export function namesIn(language: string, code: string): Named {
  const { input, output, toSchema } = LANGUAGES[language] ?? unknown(language);
  const inputs = [...code.matchAll(input)].map(([, name = "", first = ""]) => [
    toSchema(name),
    literal(first, name, code),
  ]);
  const outputs = [...code.matchAll(output)].map(([, name = ""]) => toSchema(name));
  // Apply is each SDK's own, not a property.
  return { inputs: Object.fromEntries(inputs), outputs: outputs.filter((name) => !/^apply/i.test(name)), code };
}

// YAML has no quotes: an account id begins with a digit there, and only that.
function literal(first: string, name: string, code: string): "string" | "integer" {
  if (first === '"') return "string";
  return new RegExp(`\\b${name}: [0-9a-f]{32}\\b`).test(code) ? "string" : "integer";
}

function unknown(language: string): never {
  throw new Error(`Nobody here reads ${language}.`);
}
