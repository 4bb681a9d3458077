// Encryption of secrets at rest, in the format of the CLI's passphrase provider, so that either reads the other's state.
// It knows keys and ciphertexts; what is secret is decided elsewhere.
import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { isSecret, mapInside, mapProperties, type Properties, secretSignature, signature, type Value } from "./values";

const iterations = 1_000_000;
const derive = promisify(pbkdf2);

/** Deriving a key takes a good part of a second by design, so each is derived once per process. */
const keys = new Map<string, Promise<Buffer>>();

export class Secrets {
  readonly #passphrase: string;
  readonly #salt: Buffer;
  /** "v1:<salt>:<encrypted check word>", as the state file keeps it. */
  #state: string | null;
  #key: Buffer | null = null;
  /** An unchanged secret keeps its ciphertext, so that an unchanged state stays the same, byte for byte. */
  readonly #ciphertexts = new WeakMap<object, string>();

  constructor(passphrase: string, state: string | null) {
    this.#passphrase = passphrase;
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
    const name = `${this.#salt.toString("base64")}:${this.#passphrase}`;
    const pending = keys.get(name) ?? derive(this.#passphrase, this.#salt, iterations, 32, "sha256");
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
    const secret = { [signature]: secretSignature, value: JSON.parse(this.#decrypt(ciphertext)) as Value };
    this.#ciphertexts.set(secret, ciphertext);
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
        "Cannot read the secrets in the state file: the passphrase is not the one they were written with. Set PULUMI_CONFIG_PASSPHRASE to that one.",
      );
    }
  }

  #requireKey(): Buffer {
    if (this.#key === null) throw new Error("The state's secrets were used before their key was ready.");
    return this.#key;
  }
}
