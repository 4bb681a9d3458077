// Makes a stand-in of a test's, an object with a few methods, answer like a provider. It knows the defaults of what the
// stand-in leaves out.

import type { ReadAnswer, StateAnswer, Subject, UpdateRequest } from "./providerClient";
import {
  type CheckAnswer,
  type DiffAnswer,
  type DiffRequest,
  type Protocol,
  type ProviderClient,
  ProviderError,
} from "./providerClient";
import type { StandInProvider } from "./standInContract";
import type { Properties } from "./values";

export class StandInClient implements ProviderClient {
  readonly #provider: StandInProvider;

  constructor(provider: StandInProvider) {
    this.#provider = provider;
  }

  async handshake(): Promise<Protocol | null> {
    return null;
  }

  async checkConfig(_subject: Subject, _olds: Properties, news: Properties): Promise<CheckAnswer> {
    return { inputs: news, failures: [] };
  }

  async diffConfig(): Promise<DiffAnswer> {
    return unknownDiff;
  }

  async configure(_subject: Subject, inputs: Properties): Promise<Protocol> {
    await this.#provider.configure?.(inputs);
    return { acceptSecrets: false, acceptResources: false, supportsPreview: this.#provider.supportsPreview ?? false };
  }

  async check(subject: Subject, olds: Properties, news: Properties): Promise<CheckAnswer> {
    const answer = await this.#provider.check?.({ ...subject, olds, news });
    if (answer === undefined) return { inputs: news, failures: [] };
    return { inputs: plain(answer.inputs), failures: answer.failures ?? [] };
  }

  async diff(request: DiffRequest): Promise<DiffAnswer> {
    const answer = await this.#provider.diff?.(request);
    if (answer === undefined) return unknownDiff;
    const { changes, replaces = [], deleteBeforeReplace = false } = answer;
    return { ...unknownDiff, changes: changes ? "some" : "none", replaces, deleteBeforeReplace };
  }

  async create(request: Subject & { inputs: Properties; preview: boolean }): Promise<StateAnswer> {
    const answer = await this.#provider.create?.(request);
    if (answer === undefined) return { id: request.name, outputs: request.inputs };
    return { id: answer.id, outputs: plain(answer.outputs) };
  }

  async update(request: UpdateRequest): Promise<Properties> {
    const answer = await this.#provider.update?.({ ...request, olds: request.oldOutputs });
    return answer === undefined ? request.news : plain(answer);
  }

  async read(request: Subject & { id: string; inputs: Properties; outputs: Properties }): Promise<ReadAnswer> {
    if (this.#provider.read === undefined) return { id: request.id, outputs: request.outputs, inputs: null };
    const answer = await this.#provider.read(request);
    if (answer === null) return { id: "", outputs: null, inputs: null };
    return { id: answer.id, outputs: plain(answer.outputs), inputs: answer.inputs ? plain(answer.inputs) : null };
  }

  async delete(request: Subject & { id: string; outputs: Properties }): Promise<void> {
    await this.#provider.delete?.(request);
  }

  async invoke(token: string, args: Properties): Promise<{ result: Properties; failures: [] }> {
    if (this.#provider.invoke === undefined) {
      throw new ProviderError(`The stand-in provider has no 'invoke' to answer the function ${token} with.`);
    }
    return { result: plain(await this.#provider.invoke({ token, args })), failures: [] };
  }

  async cancel(): Promise<void> {}

  close(): void {}
}

/** Leaves it to the engine to compare the inputs. */
const unknownDiff: DiffAnswer = {
  changes: "unknown",
  replaces: [],
  diffs: [],
  deleteBeforeReplace: false,
  detailed: null,
};

/** What a test hands back, as it would come over the wire: without undefined, and without anything shared. */
function plain(properties: Record<string, unknown>): Properties {
  return JSON.parse(JSON.stringify(properties)) as Properties;
}
