// What is compared: each subject's name for people, and how its provider's process is started and called.
import { createRequire } from "node:module";
import path from "node:path";
import { EXECUTABLE, root } from "./workspace.mjs";

const require = createRequire(path.join(root, "package.json"));

/** The columns of the table, from left to right. */
export const SUBJECTS = {
  empty: "nothing",
  dynamic: "dynamic",
  plugin: "plugin",
  least: "least",
  sdkDynamic: "dynamic + SDK",
};

export const LEGEND = {
  empty: "an empty program, or an empty Node process",
  dynamic: "this package's dynamic provider",
  plugin: "this package's plugin",
  least: "the least that any dynamic provider costs: a constant line that sends no request",
  sdkDynamic: "a straightforward dynamic provider: a closure that captures the cloudflare SDK",
};

/**
 * How each provider is started, by subject.
 *
 * @param sources of the dynamic ones, as their programs hand them over: `__provider` by subject.
 */
export function providersOf(folder, sources, env) {
  const host = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
  const inputs = { accountId: "1".padStart(32, "0"), amount: 5000, threshold: 1000 };
  const dynamic = (subject, type) => ({
    args: [host],
    cwd: folder,
    env,
    type: `pulumi-nodejs:dynamic/${type}`,
    inputs: { ...inputs, __provider: sources[subject] },
  });
  return {
    dynamic: dynamic("dynamic", "cloudflare-ai-gateway-billing:AutoTopupConfig"),
    plugin: {
      args: [path.join(folder, "plugins/plugin", EXECUTABLE)],
      cwd: folder,
      env,
      type: "cloudflare-ai-gateway-billing:index:AutoTopupConfig",
      inputs,
    },
    least: dynamic("least", "least:TopupConfig"),
    sdkDynamic: dynamic("sdkDynamic", "straightforward:TopupConfig"),
  };
}
