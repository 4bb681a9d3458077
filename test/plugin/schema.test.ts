// Holds sdk-schema.json to what it describes: the rules of the inputs, the state, the functions' results, the settings and the doc
// comments of the class; and to the rules that Pulumi publishes for such files
// (https://github.com/pulumi/pulumi/blob/master/pkg/codegen/schema/pulumi.json).
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import ts from "typescript";
import { fromEnvironment } from "../../provider/cloudflare/credentials";
import type { Charge } from "../../provider/cloudflare/invoices";
import { DEFAULT_TIMEOUTS } from "../../provider/cloudflare/pacing";
import { CONNECTION_NAMES, LIMIT_NAMES, SETTING_NAMES, SETTINGS } from "../../provider/cloudflare/settings";
import { startSimulator } from "../../provider/testing/simulator";
import { diffTopup } from "../../provider/topup/diff";
import { readCreditBalance, readTopupCharges, readTopupConfig } from "../../provider/topup/functions";
import {
  type CheckedInputs,
  INPUT_NAMES,
  MINIMUM_AMOUNT,
  MINIMUM_THRESHOLD,
  parseInput,
  parsePriorState,
} from "../../provider/topup/model";
import { CARD_FEE, cardCharge, formatUsd } from "../../provider/topup/money";
import { openApi } from "../support/core";

interface Property {
  type: string;
  description: string;
  default?: unknown;
  secret?: boolean;
  willReplaceOnChanges?: boolean;
  defaultInfo?: { environment: string[] };
}
type Properties = Record<string, Property>;
interface ObjectType {
  properties: Properties;
  required: string[];
}

const read = (file: string) => JSON.parse(readFileSync(path.resolve(__dirname, "../..", file), "utf8"));
const schema = read("sdk-schema.json");
const packageJson = read("package.json");
const prefix = "cloudflare-ai-gateway-billing:index";
const resource: ObjectType & { description: string; inputProperties: Properties; requiredInputs: string[] } =
  schema.resources[`${prefix}:AutoTopupConfig`];
const functions: Record<string, { description: string; inputs: ObjectType; outputs: ObjectType }> = schema.functions;

/** The enum that a property refers to. */
function enumOf(property: object | undefined): { type: string; enum: { name: string; value: string }[] } {
  return schema.types[String(Reflect.get(property ?? {}, "$ref")).replace("#/types/", "")];
}

const descriptionsOf = (properties: Properties) =>
  Object.fromEntries(Object.entries(properties).map(([name, { description }]) => [name, description]));

describe("the resource", () => {
  it.each(INPUT_NAMES)("takes '%s' with the type and the default of its rule", (name) => {
    const input = resource.inputProperties[name];
    if (!input) throw new Error(`'${name}' is not in the schema.`);
    const samples = { string: "a".repeat(32), integer: 1_000_000, number: 1_000_000.5, boolean: true };
    const accepted = Object.entries(samples).filter(([, sample]) => parseInput(name, sample));
    expect(accepted.map(([type]) => type)).toEqual([input.type]);
    expect(input.default).toBe(parseInput(name, undefined)?.value);
    expect(input.description.includes("32 hexadecimal digits")).toBe(input.type === "string");
  });

  it.each([
    ["amount", MINIMUM_AMOUNT],
    ["threshold", MINIMUM_THRESHOLD],
  ] as const)("names the unit and the bound of '%s'", (name, minimum) => {
    expect([parseInput(name, minimum - 1), parseInput(name, minimum)]).toEqual([null, { value: minimum }]);
    const { description } = resource.inputProperties[name] ?? {};
    expect(description).toContain("US cents");
    expect(description).toContain(`at least ${minimum} (${formatUsd(minimum)})`);
  });

  it("says in dollars what the card pays for the credits, with the source (promise 29)", () => {
    const [credits, paid] = [5000, cardCharge(5000)];
    const fee = `fee of ${CARD_FEE * 100}%`;
    const example = `an amount of ${credits} (${formatUsd(credits)}) is a charge of ${formatUsd(paid)} before taxes`;
    for (const part of [fee, example, "https://developers.cloudflare.com/ai-gateway/reference/pricing/"]) {
      expect(resource.description).toContain(part);
    }
    expect(resource.inputProperties.amount?.description).toContain(
      `The card pays ${CARD_FEE * 100}% more: ${cardCharge(1000)} (${formatUsd(cardCharge(1000))}) for 1000 of credits`,
    );
  });

  it("takes exactly the inputs that the check knows, and requires those without a default", () => {
    expect(Object.keys(resource.inputProperties)).toEqual([...INPUT_NAMES]);
    const required = INPUT_NAMES.filter((name) => !parseInput(name, undefined));
    expect(resource.requiredInputs).toEqual(required);
  });

  it("stores exactly what the state holds, and promises what is never null", () => {
    const inputs: readonly string[] = INPUT_NAMES;
    expect(Object.keys(resource.properties)).toEqual(Object.keys(parsePriorState({})));
    expect(resource.required).toEqual(inputs);
    for (const [name, { type }] of Object.entries(resource.properties)) {
      expect([name, type]).toEqual([name, resource.inputProperties[name]?.type ?? "string"]);
    }
  });

  it("is replaced for exactly the properties that a diff replaces for", () => {
    const olds = { accountId: "a", amount: 1, threshold: 1, enabled: true, adopt: false };
    const news = { accountId: "b", amount: 2, threshold: 2, enabled: false, adopt: true } as CheckedInputs;
    const { replaces } = diffTopup({ ...olds, error: null, disabledReason: null, lastFailedAt: null }, news);
    for (const properties of [resource.inputProperties, resource.properties]) {
      expect(Object.keys(properties).filter((name) => properties[name]?.willReplaceOnChanges)).toEqual(replaces);
    }
  });

  it("is described as the TypeScript class is", () => {
    const file = "provider/dynamic/autoTopupConfig.ts";
    expect(descriptionsOf(resource.inputProperties)).toEqual(docsOf(file, "AutoTopupConfigArgs"));
    expect(descriptionsOf(resource.properties)).toEqual(docsOf(file, "AutoTopupConfig"));
  });
});

/** The JavaScript types of a result's fields. */
const typesOf = (value: object) =>
  Object.fromEntries(
    Object.entries(value).map(([field, each]) => [field, Array.isArray(each) ? "array" : typeof each]),
  );
/** The same, as the schema says them. */
const schemaTypesOf = (properties: Properties) =>
  Object.fromEntries(
    Object.entries(properties).map(([field, { type = "object" }]) => [field, type === "integer" ? "number" : type]),
  );

describe("the functions", () => {
  it.each([
    ["getAutoTopupConfig", readTopupConfig],
    ["getCreditBalance", readCreditBalance],
  ])("%s takes an account and returns exactly what the function returns, with its types", async (name, read) => {
    const { inputs, outputs } = functions[`${prefix}:${name}`] ?? {};
    expect([Object.keys(inputs?.properties ?? {}), inputs?.required]).toEqual([["accountId"], ["accountId"]]);
    const cloudflare = await startSimulator();
    const account = "a".repeat(32);
    cloudflare.setConfig(account, { amount: 5000, threshold: 1000 });
    cloudflare.setHealth(account, { error: "e", disabledReason: "d", lastFailedAt: "2026-01-01T00:00:00.000Z" });
    const found = await read(openApi(cloudflare).api, account);
    cloudflare.reset();
    cloudflare.fault({ kind: "alter", result: { payment_method: null, first_topup_success: null } });
    const nothing = await read(openApi(cloudflare).api, account);
    await cloudflare.close();
    expect(schemaTypesOf(outputs?.properties ?? {})).toEqual(typesOf(found));
    expect(outputs?.required).toEqual(Object.keys(nothing).filter((field) => Reflect.get(nothing, field) !== null));
  });
});

describe("getTopupCharges", () => {
  const { inputs, outputs } = functions[`${prefix}:getTopupCharges`] ?? { inputs: undefined, outputs: undefined };
  const types: Record<string, ObjectType> = schema.types;

  it("takes an account and an optional date, and returns exactly what the function returns, with its types", async () => {
    expect(Object.keys(inputs?.properties ?? {})).toEqual(["accountId", "since"]);
    expect(inputs?.required).toEqual(["accountId"]);
    const cloudflare = await startSimulator();
    const account = "a".repeat(32);
    cloudflare.setConfig(account, { amount: 5000, threshold: 1000 });
    cloudflare.spend(account, 100);
    const found = await readTopupCharges(openApi(cloudflare).api, account);
    cloudflare.addInvoice(account, {});
    const odd = await readTopupCharges(openApi(cloudflare).api, account);
    await cloudflare.close();
    const [charge, total] = ["TopupCharge", "TopupChargeTotal"].map(
      (name) => types[`${prefix}:${name}`]?.properties ?? {},
    );
    expect(schemaTypesOf(outputs?.properties ?? {})).toEqual(typesOf(found));
    const { outcome, ...plain } = charge ?? {};
    expect({ ...schemaTypesOf(plain), outcome: enumOf(outcome).type }).toEqual(typesOf(found.charges[0] ?? {}));
    expect(schemaTypesOf(total ?? {})).toEqual(typesOf(found.last24Hours));
    const empty = odd.charges[0] ?? {};
    const present = Object.keys(empty).filter((field) => Reflect.get(empty, field) !== null);
    expect(types[`${prefix}:TopupCharge`]?.required).toEqual(present);
    expect(types[`${prefix}:TopupChargeTotal`]?.required).toEqual(Object.keys(found.last24Hours));
    expect(outputs?.required).toEqual(Object.keys(found));
  });

  it("names every outcome of a charge in an enum", () => {
    const outcomes: Record<Charge["outcome"], true> = { charged: true, failed: true, none: true };
    const { outcome } = types[`${prefix}:TopupCharge`]?.properties ?? {};
    expect(enumOf(outcome).enum.map(({ value }) => value)).toEqual(Object.keys(outcomes));
  });

  it("is described as the code is", () => {
    expect(descriptionsOf(types[`${prefix}:TopupCharge`]?.properties ?? {})).toMatchObject(
      docsOf("provider/cloudflare/invoices.ts", "Charge"),
    );
    const { charges: _, ...documented } = descriptionsOf(types[`${prefix}:TopupChargeTotal`]?.properties ?? {});
    expect(documented).toEqual(docsOf("provider/topup/charges.ts", "Total"));
  });
});

describe("the provider's configuration", () => {
  const variables: Properties = schema.config.variables;
  const inputs: Properties = schema.provider.inputProperties;

  it("has exactly the settings that the plugin reads, in both places", () => {
    expect(Object.keys(variables)).toEqual([...SETTING_NAMES]);
    expect(Object.keys(inputs)).toEqual([...SETTING_NAMES]);
    for (const name of SETTING_NAMES) {
      const { rule = "text" } = SETTINGS[name];
      const type = rule.includes("cents") ? "integer" : rule.includes("seconds") ? "number" : "string";
      expect([name, inputs[name]?.type, variables[name]?.type]).toEqual([name, type, type]);
    }
  });

  it("keeps exactly the credentials secret", () => {
    for (const properties of [variables, inputs]) {
      for (const name of SETTING_NAMES) expect([name, properties[name]?.secret]).toEqual([name, SETTINGS[name].secret]);
    }
  });

  it("names the environment variables that are really read", () => {
    for (const name of CONNECTION_NAMES) {
      const variable = SETTINGS[name].variable ?? "";
      expect(variables[name]?.defaultInfo?.environment).toEqual([variable]);
      expect(fromEnvironment({ [variable]: "found" })(name)).toBe("found");
      expect(inputs[name]?.description).toContain(variable);
    }
    for (const name of LIMIT_NAMES) expect(variables[name]?.defaultInfo).toBeUndefined();
  });

  it("lets no SDK copy a credential from the environment into a provider's inputs, and so into the state", () => {
    for (const input of Object.values(inputs)) expect(Object.keys(input)).not.toContain("defaultInfo");
  });

  it("gives the limits their units and defaults", () => {
    expect(variables.maxAmount?.description).toMatch(/US cents/);
    expect(variables.timeoutSeconds?.description).toContain(`Default: ${DEFAULT_TIMEOUTS.timeoutMs / 1000}.`);
    expect(variables.deadlineSeconds?.description).toContain(`Default: ${DEFAULT_TIMEOUTS.deadlineMs / 1000}.`);
  });
});

describe("every description", () => {
  it.each([
    ["AutoTopupConfig", resource.description],
    ...Object.entries(functions).map(([token, { description }]) => [token, description] as const),
  ])("of %s has one example for each language, in the form that the generators cut apart", (_, description) => {
    const languages = [...description.matchAll(/^```(\w+)$/gm)].map(([, language]) => language);
    expect(languages.filter((language) => language !== "sh").join(" ")).toBe("typescript python go csharp java yaml");
    for (const word of ["examples", "example"]) {
      expect(description.split(`{{% ${word} %}}`)).toHaveLength(2);
      expect(description.split(`{{% /${word} %}}`)).toHaveLength(2);
    }
  });

  it("shows the import command", () => {
    expect(resource.description).toContain(`pulumi import ${prefix}:AutoTopupConfig ai-gateway-credits`);
  });
});

describe("the package", () => {
  it("says of itself what package.json says", () => {
    for (const field of ["version", "description", "license"])
      expect([field, schema[field]]).toEqual([field, packageJson[field]]);
    expect(schema.keywords).toEqual(expect.arrayContaining(packageJson.keywords));
  });

  it("has one address: where to download the plugin, the repository and the Go module agree", () => {
    const { repository, pluginDownloadURL, language, homepage, publisher } = schema;
    expect(repository).toBe(`https://github.com/${publisher}/${packageJson.name}`);
    expect(homepage).toBe(repository);
    expect(pluginDownloadURL).toBe(repository.replace("https://github.com/", "github://api.github.com/"));
    expect(language.go.importBasePath).toBe(`${repository.replace("https://", "")}/sdk/go/cloudflareaigatewaybilling`);
  });

  it("has names for every ecosystem", () => {
    expect(schema.language).toMatchObject({
      nodejs: { packageName: expect.stringMatching(/^[a-z-]+$/) },
      python: { packageName: "pulumi_cloudflare_ai_gateway_billing", pyproject: { enabled: true } },
      go: { rootPackageName: "cloudflareaigatewaybilling" },
      csharp: { namespaces: { [schema.name]: "CloudflareAiGatewayBilling" } },
      java: { packages: { [schema.name]: "cloudflareaigatewaybilling" } },
    });
  });
});

describe("Pulumi's rules for a package schema", () => {
  const allowed = (value: object, ...keys: string[]) =>
    expect(Object.keys(value).filter((key) => !keys.includes(key))).toEqual([]);
  const token = /^[a-zA-Z][-a-zA-Z0-9_]*:([^0-9][a-zA-Z0-9._/-]*)?:[^0-9][a-zA-Z0-9._/]*$/;

  function obeys(type: { properties?: Properties; required?: string[] }): void {
    for (const [name, property] of Object.entries(type.properties ?? {})) {
      expect(name).toMatch(/^[a-z][a-zA-Z0-9]*$/);
      const simple = ["type", "description", "default", "defaultInfo", "secret", "willReplaceOnChanges"];
      allowed(property, ...simple, "$ref", "items", "additionalProperties");
      const names = ["boolean", "integer", "number", "string", "array", "object"];
      if ("$ref" in property)
        expect(Object.keys(schema.types)).toContain(String(property.$ref).replace("#/types/", ""));
      else expect(names).toContain(property.type);
      expect(property.description).toMatch(/\S/);
      if ("default" in property) expect(typeof property.default).toBe(property.type);
      if (property.defaultInfo) allowed(property.defaultInfo, "environment");
    }
    for (const name of type.required ?? []) expect(Object.keys(type.properties ?? {})).toContain(name);
  }

  it("hold for the package", () => {
    const addresses = ["homepage", "logoUrl", "repository", "pluginDownloadURL", "publisher"];
    const texts = ["name", "displayName", "version", "description", "license", ...addresses];
    allowed(schema, ...texts, "keywords", "meta", "config", "provider", "resources", "functions", "types", "language");
    for (const text of texts) expect(schema[text]).toEqual(expect.stringMatching(/\S/));
    expect(schema.name).toMatch(/^[a-zA-Z][-a-zA-Z0-9_]*$/);
    expect(schema.version).toMatch(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/);
    // Without one, the generator for C# fetches a logo of Pulumi's. It has to be a file of this repository.
    const [, file = ""] =
      /^https:\/\/raw\.githubusercontent\.com\/[^/]+\/[^/]+\/main\/(.+)$/.exec(schema.logoUrl) ?? [];
    expect(existsSync(path.resolve(__dirname, "../..", file)) && schema.logoUrl).toContain(
      new URL(schema.repository).pathname,
    );
    allowed(schema.meta, "moduleFormat", "supportPack");
    expect(new RegExp(schema.meta.moduleFormat).exec("index")?.[1]).toBe("index");
    allowed(schema.config, "variables");
    allowed(schema.language, "nodejs", "python", "go", "csharp", "java");
  });

  it("hold for the configuration, the provider, the resource and the functions", () => {
    obeys({ properties: schema.config.variables });
    allowed(schema.provider, "description", "inputProperties");
    obeys({ properties: schema.provider.inputProperties });
    allowed(resource, "description", "properties", "required", "inputProperties", "requiredInputs");
    obeys(resource);
    obeys({ properties: resource.inputProperties, required: resource.requiredInputs });
    for (const [name, { inputs, outputs, ...rest }] of Object.entries(functions)) {
      expect(name).toMatch(token);
      allowed(rest, "description");
      for (const type of [inputs, outputs]) {
        allowed(type, "properties", "required");
        obeys(type);
      }
    }
    for (const [name, { description, type, ...rest }] of Object.entries<ObjectType & Property>(schema.types)) {
      if ("enum" in rest) continue;
      expect([name, description, type]).toEqual([expect.stringMatching(token), expect.stringMatching(/\S/), "object"]);
      allowed(rest, "properties", "required");
      obeys(rest);
    }
    for (const name of Object.keys(schema.resources)) expect(name).toMatch(token);
  });
});

/** The doc comments of an interface's or a class's properties, each in one line, by property. */
function docsOf(file: string, type: string): Record<string, string> {
  const text = readFileSync(path.resolve(__dirname, "../..", file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const docs: Record<string, string> = {};
  for (const statement of source.statements) {
    const isType = ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement);
    if (!isType || statement.name?.text !== type) continue;
    for (const member of statement.members) {
      if (!ts.isPropertySignature(member) && !ts.isPropertyDeclaration(member)) continue;
      const comment = ts.getJSDocCommentsAndTags(member).find(ts.isJSDoc)?.comment;
      if (member.name && comment)
        docs[member.name.getText()] = String(ts.getTextOfJSDocComment(comment)).replace(/\s+/g, " ");
    }
  }
  return docs;
}
