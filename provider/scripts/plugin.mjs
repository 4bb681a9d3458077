// What the plugin's executable and the archives of a release are called. The scripts that build, pack and publish them import it.

export const EXECUTABLE = "pulumi-resource-cloudflare-ai-gateway-billing";

/** The name that `pulumi plugin install` looks for, from Node's names of a platform and a processor. */
export function archiveOf(version, platform, processor) {
  const system = platform === "win32" ? "windows" : platform;
  return `${EXECUTABLE}-v${version}-${system}-${processor === "x64" ? "amd64" : processor}.tar.gz`;
}
