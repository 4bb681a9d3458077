// Refuses misspelt keys of the stack's configuration in the program, since the dynamic-provider host can read a key but not list them.
// Loads nothing but @pulumi/pulumi, and reads no value.
import * as pulumi from "@pulumi/pulumi";
import { CONNECTION_NAMES, LIMIT_NAMES, SETTING_NAMES, type SettingName } from "../cloudflare/settings";
import { ENGINE_SETTINGS } from "../pulumi/markers";
import { nearestName } from "../topup/nearestName";

const OWN = "cloudflare-ai-gateway-billing";
/** The official Cloudflare provider's, which reads the credentials under the same names. */
const SHARED = "cloudflare";

/**
 * Refuses settings that nothing would read: a misspelt cap would be no cap, and with a misspelt token the run would use the
 * environment's, which may belong to somebody else.
 *
 * @throws pulumi.RunError, which the engine shows without a stack trace.
 */
export function refuseMisspeltSettings(): void {
  const failures = Object.keys(pulumi.runtime.allConfig()).flatMap((key) => {
    const colon = key.indexOf(":");
    const reason = refuse(key.slice(0, colon), key.slice(colon + 1));
    return reason === null
      ? []
      : [`'${key}' in the stack's configuration ${reason} To remove it: pulumi config rm ${key}`];
  });
  if (failures.length > 0) throw new pulumi.RunError(failures.join("\n"));
}

function refuse(namespace: string, name: string): string | null {
  if (namespace === SHARED) return refuseShared(name);
  if (namespace !== OWN || isOneOf(name, [...SETTING_NAMES, ...ENGINE_SETTINGS])) return null;
  // A project may have the namespace's name, and then keys of its own.
  const isProject = pulumi.getProject() === OWN;
  const meant = nearestName(name, SETTING_NAMES, isProject ? 1 : undefined);
  if (isProject && !meant) return null;
  const known = LIMIT_NAMES.map((limit) => `'${OWN}:${limit}'`).join(", ");
  return `is not a setting of this package, which has ${known}.${meant ? didYouMean(meant) : ""}`;
}

// Only what is all but a name of ours is judged: the others are the official provider's business, or the program's.
function refuseShared(name: string): string | null {
  const meant = isOneOf(name, CONNECTION_NAMES) ? null : nearestName(name, SETTING_NAMES, 1);
  return meant && `is not a setting of a Cloudflare provider.${didYouMean(meant)}`;
}

// The plugin's credentials stand in its own namespace, the dynamic provider's do not.
function didYouMean(name: SettingName): string {
  return ` Did you mean '${isOneOf(name, LIMIT_NAMES) ? OWN : SHARED}:${name}'?`;
}

function isOneOf(name: string, known: readonly string[]): boolean {
  return known.includes(name);
}
