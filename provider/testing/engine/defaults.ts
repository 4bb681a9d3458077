// Finds the provider of a registration that names none: its parent's, or the package's default one, which is registered when
// it is first needed. https://www.pulumi.com/docs/iac/concepts/resources/providers/#default-provider-configuration
import type { ConfigValue } from "./contract";
import type { Deployment } from "./deployment";
import { newGoal } from "./goal";
import { dynamicPackage } from "./providerPool";
import { planRegistration, urnOf } from "./register";
import type { ResourceState } from "./state";
import { makeReference, packageOf, parseReference, providedPackage, providerType, typeOf } from "./urn";
import { makeSecret, type Properties } from "./values";

/** Which version of a package, and from where; empty where the program does not say. */
export interface PackageRequest {
  readonly name: string;
  readonly version: string;
  readonly downloadUrl: string;
}

export class Defaults {
  readonly #deployment: Deployment;
  readonly #config: ReadonlyMap<string, ConfigValue>;
  readonly #references = new Map<string, Promise<string>>();
  /** What a component hands down: its `providers` option by package. */
  readonly #inherited = new Map<string, ReadonlyMap<string, string>>();

  constructor(deployment: Deployment, config: ReadonlyMap<string, ConfigValue>) {
    this.#deployment = deployment;
    this.#config = config;
  }

  /** A custom resource's provider: its own, that of its package in `providers`, its parents', else the default one. */
  async resolve(
    type: string,
    given: string,
    own: ReadonlyMap<string, string>,
    parent: string,
    request: PackageRequest,
  ): Promise<string> {
    if (given !== "") return given;
    const name = packageOf(type);
    return own.get(name) ?? this.#inherited.get(parent)?.get(name) ?? this.reference(request);
  }

  /** Lets the children of a component have the providers that it was given or has inherited itself. */
  handDown(urn: string, parent: string, own: ReadonlyMap<string, string>, provider: string): void {
    const one = provider === "" ? [] : [[providedPackage(typeOf(parseReference(provider).urn)), provider] as const];
    this.#inherited.set(urn, new Map([...(this.#inherited.get(parent) ?? []), ...one, ...own]));
  }

  /** The reference of a package's default provider. */
  reference(request: PackageRequest): Promise<string> {
    const key = JSON.stringify(request);
    const known = this.#references.get(key) ?? this.#register(request);
    this.#references.set(key, known);
    return known;
  }

  async #register({ name, version, downloadUrl }: PackageRequest): Promise<string> {
    const inputs: Properties = this.#inputs(name);
    if (version !== "") inputs.version = version;
    if (downloadUrl !== "") inputs.pluginDownloadURL = downloadUrl;
    const suffix = [version, downloadUrl]
      .map((part) => part.replace(/[^A-Za-z0-9_]+/g, "_"))
      .filter((part) => part !== "");
    const goal = newGoal({
      type: providerType(name),
      name: ["default", ...suffix].join("_"),
      custom: true,
      properties: inputs,
    });
    const d = this.#deployment;
    const state = await new Promise<ResourceState>((resolve, reject) => {
      d.perform(urnOf(d, goal), () => planRegistration(d, goal, resolve)).then(
        () => reject(new Error(`The provider ${name} did not come up.`)),
        reject,
      );
    });
    return makeReference(state.urn, state.id);
  }

  /** A dynamic provider gets the whole configuration, any other the part that bears its name. */
  #inputs(name: string): Properties {
    const entries = [...this.#config].flatMap(([key, value]): [string, string | ReturnType<typeof makeSecret>][] => {
      const [namespace, ...rest] = key.split(":");
      if (name !== dynamicPackage && namespace !== name) return [];
      const shown = name === dynamicPackage ? key : rest.join(":");
      return [[shown, typeof value === "string" ? value : makeSecret(value.secret)]];
    });
    return Object.fromEntries(entries);
  }
}
