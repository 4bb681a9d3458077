// Finds out whether tests with the real Pulumi CLI can run on this machine, and prints a line where they cannot. It installs none.
import { findPulumiCli } from "../../provider/testing";

/**
 * The CLI's path. Null where there is none, and then one line says what is left out; with REQUIRE_PULUMI_CLI=1, as in
 * continuous integration, it throws instead.
 */
export function findCli(what: string): string | null {
  const cli = findPulumiCli();
  if (cli !== null) return cli;
  if (process.env.REQUIRE_PULUMI_CLI === "1") throw new Error(`No Pulumi CLI found, and REQUIRE_PULUMI_CLI=1: ${what}`);
  process.stderr.write(`left out, as no Pulumi CLI was found: ${what}\n`);
  return null;
}
