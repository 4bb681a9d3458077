// Refuses the URN of a resource that this provider does not have; called for every resource that the engine asks the plugin about.
import { printable } from "../cloudflare/printable";
import { nameOf, PLUGIN_TYPE, typeOf } from "../pulumi/urn";
import { RefusedError } from "../topup/errors";

/**
 * The name of a resource of this provider.
 *
 * @throws RefusedError for any other type of resource.
 */
export function topupNameOf(urn: string): string {
  const type = typeOf(urn);
  if (type !== PLUGIN_TYPE) {
    throw new RefusedError(`This provider has no resource type '${printable(type)}', only '${PLUGIN_TYPE}'.`);
  }
  return nameOf(urn);
}
