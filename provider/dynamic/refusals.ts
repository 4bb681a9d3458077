// What the class refuses in the program, before anything is registered: resource options that would pass the provider by, a folder from which
// the provider cannot be loaded, misspelt settings, an old Node. Loads nothing but @pulumi/pulumi.
import { createRequire } from "node:module";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { refuseOldNode } from "../pulumi/node";
import { DYNAMIC_TYPE } from "../pulumi/urn";
import { refuseMisspeltSettings } from "./stackSettings";

const PACKAGE = "pulumi-cloudflare-ai-gateway-billing";

// A program may change it later; the host of dynamic providers does not follow.
const folder = process.cwd();

const REFUSED = {
  deletedWith:
    "the engine would never ask for the account's auto top-up to be switched off, so it would go on charging and be in no state. To switch it off " +
    "together with the other resource, remove both from the program. To leave it on and no longer manage it, set 'retainOnDelete: true', run " +
    "`pulumi up`, then remove it.",
  provider:
    "a provider of its own for dynamic resources runs without the stack's configuration, so neither the cap nor the token of the stack would hold. " +
    "Remove the option, also from the parent's 'providers'. For a second Cloudflare login use a second stack, or an explicit provider of the plugin.",
  import:
    "nothing can import a dynamic resource. Remove the option and declare the remote values: the next `pulumi up` takes them over and writes nothing.",
} as const;

/** @throws pulumi.RunError, which the engine shows without a stack trace. */
export function refuseOptions(name: string, opts: pulumi.CustomResourceOptions): void {
  const parent = opts.parent ?? pulumi.runtime.getStackResource();
  const provider = opts.provider ?? parent?.getProvider(DYNAMIC_TYPE);
  const given = { deletedWith: opts.deletedWith, provider, import: opts.import };
  for (const option of ["deletedWith", "provider", "import"] as const) {
    if (given[option] !== undefined) throw refusal(name, option);
  }
}

/** The refusal of a resource that has got a provider of its own, by whatever way; null if it has none. */
export function refuseProvider(name: string, resource: pulumi.CustomResource): Promise<never> | null {
  // The SDK keeps it there (https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/resource.ts).
  return Reflect.get(resource, "__prov") === undefined ? null : Promise.reject(refusal(name, "provider"));
}

function refusal(name: string, option: keyof typeof REFUSED): pulumi.RunError {
  return new pulumi.RunError(`AutoTopupConfig '${name}' cannot have the option '${option}': ${REFUSED[option]}`);
}

const accepted = new WeakSet<object>();

/**
 * What is wrong for every resource of the program. What has passed for one is not judged again for the next ones of the same stack: with a
 * thousand of them that would take a second.
 *
 * @throws pulumi.RunError
 */
export function refuseProgram(): void {
  // Mocks have no stack.
  const stack = pulumi.runtime.getStackResource();
  if (stack && accepted.has(stack)) return;
  const wrong = refuseOldNode() ?? refuseFolder(folder);
  if (wrong) throw new pulumi.RunError(wrong);
  refuseMisspeltSettings();
  if (stack) accepted.add(stack);
}

/**
 * The host of dynamic providers starts in the program's folder and loads this package from there, which is impossible if only a library of the
 * program depends on it, or if it was bundled into the program. Null if it will work, and if this is not a program that the CLI has started:
 * with mocks nothing is loaded, and the Automation API may have another folder in mind.
 *
 * @param main the script that Node was started with.
 */
export function refuseFolder(folder: string, main = process.argv[1] ?? ""): string | null {
  if (!/[\\/]cmd[\\/]run([\\/]|$)/.test(main)) return null;
  try {
    createRequire(path.join(folder, "index.js")).resolve(`${PACKAGE}/dynamic`);
    return null;
  } catch {
    return (
      `Pulumi loads '${PACKAGE}' from the program's folder, ${folder}, and it is not installed there: add it to that folder's own dependencies ` +
      "(`npm install`, `pnpm add` or `yarn add`), also if the program is a bundle or uses it through another package."
    );
  }
}
