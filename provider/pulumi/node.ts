// Which versions of Node this package supports. Loads nothing: every program that imports the package loads it.

const OLDEST = 20;

/** What to say if Node is older than that; null if it is not. */
export function refuseOldNode(version = process.versions.node): string | null {
  if (Number.parseInt(version, 10) >= OLDEST) return null;
  return `pulumi-cloudflare-ai-gateway-billing needs Node ${OLDEST} or newer, and this is Node ${version}.`;
}
