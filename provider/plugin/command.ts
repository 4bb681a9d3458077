// What the plugin's executable does for a person: its help, its version, and a check of credentials that only reads. It uses the environment's
// credentials, as there is no stack here.
import { type BillingApi, openBillingApi } from "../cloudflare/client";
import { fromEnvironment, resolveConnection } from "../cloudflare/credentials";
import { printable } from "../cloudflare/printable";
import { checkAccountId } from "../topup/check";
import { explainError } from "../topup/errors";
import { readTopupConfig } from "../topup/functions";
import { formatUsd } from "../topup/money";
import { nearestName } from "../topup/nearestName";

const NAME = "pulumi-resource-cloudflare-ai-gateway-billing";

export const HELP = `Usage: ${NAME} --check-credentials ACCOUNT...
       ${NAME} --help | --version
       ${NAME} topup-review | topup-watch | ai-gateway-billing-simulator [--help]

The last line works in the released executable, which needs no Node and contains these commands. With anything else this is a plugin, which the
Pulumi engine starts with its address, HOST:PORT.

--check-credentials tells whether the credential in the environment is accepted and can read the auto top-up config of each account, for instance after
a token was replaced. It sends one GET for each account, and changes nothing.

  CLOUDFLARE_API_TOKEN                      an API token, or
  CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL   a Global API Key with its email

A token in a stack's configuration, without showing it (the dynamic provider's is cloudflare:apiToken):
  CLOUDFLARE_API_TOKEN="$(pulumi config get cloudflare-ai-gateway-billing:apiToken)" ${NAME} --check-credentials ACCOUNT

Reading needs the permission "AI Gateway Read" or "AI Gateway Write". No read can prove that a token may write.

Exit codes:
  0  every account could be read
  1  at least one could not
  2  wrong usage, or no usable credential; nothing was sent
`;

const CREDENTIALS = [["CLOUDFLARE_API_TOKEN"], ["CLOUDFLARE_API_KEY", "CLOUDFLARE_EMAIL"]];

const KNOWN = [
  ...["--check-credentials", "--help", "--version"],
  ...["topup-review", "topup-watch", "ai-gateway-billing-simulator"],
] as const;

/** Does what a person asks for, and sets the exit code. */
export async function followCommand([option = "", ...accounts]: readonly string[]): Promise<void> {
  if (option === "--help" || option === "-h") process.stdout.write(HELP);
  else if (option === "--version")
    process.stdout.write(`${(require("../../package.json") as { version: string }).version}\n`);
  else if (option === "--check-credentials") await checkCredentials(accounts);
  else refuseOption(option);
}

function refuseOption(option: string): void {
  const meant = nearestName(option, KNOWN);
  const kind = option.startsWith("-") ? "an option" : "a command of this executable";
  refuse(`'${printable(option, 60)}' is not ${kind}.${meant ? ` Did you mean '${meant}'?` : ""}`);
}

async function checkCredentials(accounts: readonly string[]): Promise<void> {
  const ids = accounts.map((accountId) => checkAccountId({ accountId }));
  const wrong = ids.flatMap((id) => (typeof id === "string" ? [] : [id.reason]));
  if (ids.length === 0 || wrong.length > 0) return refuse(wrong.join("\n") || "Name at least one account.");
  const source = CREDENTIALS.find((names) => names.every((name) => process.env[name]?.trim()));
  if (!source) return refuse("No credential: set CLOUDFLARE_API_TOKEN, or CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL.");
  let api: BillingApi;
  try {
    api = openBillingApi({
      connection: resolveConnection(() => undefined, fromEnvironment(process.env), String),
      remark: (text) => process.stderr.write(`${text}\n`),
    });
  } catch (error) {
    return refuse(explainError(error));
  }
  process.stdout.write(`Checked with ${source.join(" and ")} of the environment:\n`);
  for (const id of ids) await checkAccount(api, String(id));
  process.stdout.write(
    'No read can prove the permission "AI Gateway Write", which `pulumi up` needs to change anything.\n',
  );
}

async function checkAccount(api: BillingApi, accountId: string): Promise<void> {
  try {
    const { amount, threshold } = await readTopupConfig(api, accountId);
    const found =
      amount === null || threshold === null
        ? "auto top-up is off"
        : `auto top-up buys ${formatUsd(amount)} of credits whenever the balance falls below ${formatUsd(threshold)}`;
    process.stdout.write(`Account ${accountId} can be read: ${found}.\n`);
  } catch (error) {
    process.exitCode = 1;
    process.stdout.write(`Account ${accountId} cannot be read. ${explainError(error)}\n`);
  }
}

function refuse(message: string): void {
  process.exitCode = 2;
  process.stderr.write(`${message}\nSee ${NAME} --help.\n`);
}
