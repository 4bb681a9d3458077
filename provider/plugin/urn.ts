// Reads a URN: the resource's type and name. https://www.pulumi.com/docs/iac/concepts/resources/names/#urns
import { printable } from "../cloudflare/errors";
import { RefusedError } from "../topup/errors";

const TYPE = "cloudflare-ai-gateway-billing:index:AutoTopupConfig";

/**
 * The name of a resource of this provider.
 *
 * @throws RefusedError for any other type of resource.
 */
export function nameOf(urn: string): string {
  const [, , types = "", ...name] = urn.split("::");
  const type = types.slice(types.lastIndexOf("$") + 1);
  if (type !== TYPE) throw new RefusedError(`This provider has no resource type '${printable(type)}', only '${TYPE}'.`);
  return name.join("::");
}
