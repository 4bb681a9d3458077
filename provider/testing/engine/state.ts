// One resource as the engine works on it, and its form at rest: the state file's JSON, with secrets encrypted as by the
// CLI's passphrase provider, so that either reads the other's state. It does not know where the file lies.
import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import type { DeployedResource } from "./contract";
import { parseReference } from "./names";
import {
  containsSecrets,
  isSecret,
  makeSecret,
  mapInside,
  mapProperties,
  type Properties,
  secretSignature,
  signature,
  type Value,
} from "./values";

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** One resource as the engine works on it: every field is there, and secrets are readable in memory. */
export type ResourceState = Writable<Required<Omit<DeployedResource, "inputs" | "outputs">>> & {
  inputs: Properties;
  outputs: Properties;
};

/** A state with nothing in it but what is given. */
export function newState(
  given: Partial<ResourceState> & Pick<ResourceState, "urn" | "type" | "custom">,
): ResourceState {
  return {
    ...{ id: "", parent: "", provider: "", created: "", modified: "" },
    ...{ delete: false, protect: false, external: false, pendingReplacement: false, retainOnDelete: false },
    ...{ inputs: {}, outputs: {}, dependencies: [], propertyDependencies: {}, initErrors: [], aliases: [] },
    ...{ additionalSecretOutputs: [], ignoreChanges: [], replaceOnChanges: [] },
    ...given,
  };
}

/** URNs that a resource cannot be without, its provider's included, its parent's left out. */
export function dependenciesOf(state: ResourceState): string[] {
  const provider = state.provider === "" ? [] : [parseReference(state.provider).urn];
  return [...state.dependencies, ...Object.values(state.propertyDependencies).flat(), ...provider];
}

/** The file's form: empty fields left out, secrets encrypted. */
export async function encodeState(state: ResourceState, secrets: Secrets): Promise<DeployedResource> {
  if (containsSecrets(state.inputs) || containsSecrets(state.outputs)) await secrets.ready();
  const { urn, custom, type, inputs, outputs, ...rest } = state;
  const kept = Object.entries(rest).filter(([, value]) => !isEmpty(value));
  return {
    ...{ urn, custom, type },
    ...Object.fromEntries(kept),
    ...(isEmpty(inputs) ? {} : { inputs: secrets.hide(inputs) }),
    ...(isEmpty(outputs) ? {} : { outputs: secrets.hide(outputs) }),
  };
}

/** Back from the file's form. Rejects where the passphrase is not the one that the file was written with. */
export async function decodeState(resource: DeployedResource, secrets: Secrets): Promise<ResourceState> {
  const [inputs, outputs] = [resource.inputs ?? {}, resource.outputs ?? {}] as Properties[];
  if (containsSecrets(inputs ?? {}) || containsSecrets(outputs ?? {})) await secrets.ready();
  if ("deletedWith" in resource) {
    throw new Error(`${resource.urn} was applied with 'deletedWith', which the local engine does not support.`);
  }
  const given = structuredClone({ ...resource, inputs: {}, outputs: {} }) as unknown as ResourceState;
  return newState({ ...given, inputs: secrets.reveal(inputs ?? {}), outputs: secrets.reveal(outputs ?? {}) });
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === "" || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

const iterations = 1_000_000;
const derive = promisify(pbkdf2);

/** Deriving a key takes a good part of a second by design, so each is derived once per process. */
const keys = new Map<string, Promise<Buffer>>();

export class Secrets {
  readonly #salt: Buffer;
  /** "v1:<salt>:<encrypted check word>", as the state file keeps it. */
  #state: string | null;
  #key: Buffer | null = null;
  /** An unchanged secret keeps its ciphertext, so that an unchanged state stays the same, byte for byte. */
  readonly #ciphertexts = new WeakMap<object, string>();

  constructor(
    private readonly passphrase: string,
    state: string | null,
  ) {
    this.#state = state;
    this.#salt = state === null ? randomBytes(8) : Buffer.from(state.split(":")[1] ?? "", "base64");
  }

  /** What the state file says about its encryption; undefined as long as nothing was secret. */
  get provider(): { type: string; state: { salt: string } } | undefined {
    return this.#state === null ? undefined : { type: "passphrase", state: { salt: this.#state } };
  }

  /** Must have resolved before anything is encrypted or decrypted. Rejects where the passphrase is wrong. */
  async ready(): Promise<void> {
    if (this.#key !== null) return;
    const name = `${this.#salt.toString("base64")}:${this.passphrase}`;
    const pending = keys.get(name) ?? derive(this.passphrase, this.#salt, iterations, 32, "sha256");
    keys.set(name, pending);
    this.#key = await pending;
    if (this.#state === null) this.#state = `v1:${this.#salt.toString("base64")}:${this.#encrypt("pulumi")}`;
    else this.#verify(this.#state.split(":").slice(2).join(":"));
  }

  /** The same properties with every secret encrypted. */
  hide(properties: Properties): Properties {
    return mapProperties(properties, (value) => this.#hideValue(value));
  }

  /** The same properties with every secret readable. */
  reveal(properties: Properties): Properties {
    return mapProperties(properties, (value) => this.#revealValue(value));
  }

  #hideValue(value: Value): Value {
    if (!isSecret(value)) return mapInside(value, (each) => this.#hideValue(each));
    const ciphertext = this.#ciphertexts.get(value) ?? this.#encrypt(JSON.stringify(value.value));
    this.#ciphertexts.set(value, ciphertext);
    return { [signature]: secretSignature, ciphertext };
  }

  #revealValue(value: Value): Value {
    if (!isSecret(value)) return mapInside(value, (each) => this.#revealValue(each));
    const ciphertext = String((value as Properties).ciphertext);
    const secret = makeSecret(JSON.parse(this.#decrypt(ciphertext)) as Value);
    this.#ciphertexts.set(secret as object, ciphertext);
    return secret;
  }

  #encrypt(text: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#requireKey(), nonce);
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
  }

  #decrypt(ciphertext: string): string {
    const [, nonce = "", sealed = ""] = ciphertext.split(":");
    const bytes = Buffer.from(sealed, "base64");
    const decipher = createDecipheriv("aes-256-gcm", this.#requireKey(), Buffer.from(nonce, "base64"));
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString("utf8");
  }

  #verify(checkWord: string): void {
    try {
      this.#decrypt(checkWord);
    } catch {
      this.#key = null;
      throw new Error(
        "Cannot read the secrets in the state file: the passphrase is not the one they were written with. " +
          "Set PULUMI_CONFIG_PASSPHRASE to that one.",
      );
    }
  }

  #requireKey(): Buffer {
    if (this.#key === null) throw new Error("The state's secrets were used before their key was ready.");
    return this.#key;
  }
}
