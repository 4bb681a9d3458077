// How one provider is set up: what it understands, whether its configuration is known, and how values have to look on their
// way to it and back. It knows neither processes nor the plan.
import {
  type CheckAnswer,
  type DiffAnswer,
  type Protocol,
  type ProviderClient,
  ProviderError,
  type Subject,
} from "./providerClient";
import { nameOf, typeOf } from "./urn";
import {
  containsUnknowns,
  mapProperties,
  markSecrets,
  type Properties,
  withoutReferences,
  withoutSecrets,
} from "./values";

export class Configuration {
  protected readonly client: ProviderClient;
  protected protocol: Protocol | null = null;
  /** False in previews in which some of the provider's own inputs are not known yet: it is then not configured at all. */
  protected known = true;
  /** A configuration that fails is told by the first call that needs it, not by the configuring itself. */
  protected configured: Promise<void> = Promise.resolve();

  constructor(client: ProviderClient) {
    this.client = client;
  }

  async handshake(): Promise<void> {
    this.protocol = await this.client.handshake().catch(ignoreUnimplemented);
  }

  configure(urn: string, id: string, inputs: Properties): void {
    this.known = !containsUnknowns(inputs);
    if (!this.known) return;
    this.configured = this.client.configure({ ...subject(urn), id }, inputs).then((protocol) => {
      this.protocol ??= protocol;
    });
    this.configured.catch(() => {});
  }

  async checkConfig(urn: string, olds: Properties, news: Properties): Promise<CheckAnswer> {
    const args = [mapProperties(olds, withoutSecrets), mapProperties(news, withoutSecrets)] as const;
    const answer = await this.client.checkConfig(subject(urn), ...args).catch(ignoreUnimplemented);
    if (answer === null) return { inputs: news, failures: [] };
    markSecrets(answer.inputs, news);
    return answer;
  }

  async diffConfig(urn: string, oldInputs: Properties, oldOutputs: Properties, news: Properties): Promise<DiffAnswer> {
    const plain = (properties: Properties): Properties => mapProperties(properties, withoutSecrets);
    const answer = await this.client
      .diffConfig(subject(urn), plain(oldInputs), plain(oldOutputs), plain(news))
      .catch(ignoreUnimplemented);
    return answer ?? { changes: "unknown", replaces: [], diffs: [], deleteBeforeReplace: false, detailed: null };
  }

  protected out(properties: Properties): Properties {
    const plain = this.protocol?.acceptSecrets ? properties : mapProperties(properties, withoutSecrets);
    return this.protocol?.acceptResources ? plain : mapProperties(plain, withoutReferences);
  }

  protected back(answer: Properties, like: Properties): Properties {
    if (!this.protocol?.acceptSecrets) markSecrets(answer, like);
    return answer;
  }
}

export function subject(urn: string): Subject {
  return { urn, type: typeOf(urn), name: nameOf(urn) };
}

function ignoreUnimplemented(error: unknown): null {
  if (error instanceof ProviderError && error.unimplemented) return null;
  throw error;
}
