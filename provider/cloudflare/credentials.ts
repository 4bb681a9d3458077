// Where credentials and the API's address come from, and which of them may be used together. The providers and commands ask before the
// first request. No message holds a value.
import { SettingsError } from "./errors";
import { CONNECTION, type ConnectionName } from "./settings";

/** One of the two ways to authenticate (https://developers.cloudflare.com/fundamentals/api/how-to/make-api-calls/). */
export type Credentials = { apiToken: string } | { apiKey: string; email: string };

export interface Connection {
  credentials: Credentials;
  /** The environment's, if they differ: for the day on which `credentials` are no longer accepted. */
  fallback?: Credentials | null;
  baseUrl: string;
}

/** Looks a setting up, in the stack's configuration or in the environment; undefined if it is not set. */
export type Lookup = (name: ConnectionName) => string | undefined;
type Label = (name: ConnectionName) => string;

const SENDABLE = /^[\x21-\x7e]+$/;
const DEFAULT_BASE_URL = "https://api.cloudflare.com/client/v4";
const CLOUDFLARE = new URL(DEFAULT_BASE_URL).origin;

/** The environment variables that Cloudflare's own tools read. */
export function fromEnvironment(env: NodeJS.ProcessEnv): Lookup {
  return (name) => env[CONNECTION[name].variable];
}

/**
 * Finds the credentials: configuration before environment, and in each of them a token before a key with its email.
 *
 * @throws SettingsError if there is none, half of one, or one that cannot be sent; or if a credential of the environment would go to an
 * address that only the configuration names: whoever can edit the stack's file could send the environment's token anywhere.
 * @param label how a provider calls its settings in messages, for instance `cloudflare:apiToken`.
 */
export function resolveConnection(config: Lookup, environment: Lookup, label: Label): Connection {
  const configured = (name: ConnectionName) => usable(name, config(name), label(name));
  const inEnvironment = (name: ConnectionName) => usable(name, environment(name), CONNECTION[name].variable);
  const find = (name: ConnectionName) => configured(name) ?? inEnvironment(name);
  const ofConfig = complete(configured);
  const credentials = ofConfig ?? complete(find) ?? refuseIncomplete(find, label);
  const baseUrl = resolveBaseUrl(find("baseUrl"));
  const isForEnvironment = !configured("baseUrl") || isNamedElsewhere(baseUrl, inEnvironment("baseUrl"));
  if (!ofConfig && !isForEnvironment) refuseAddress(credentials, configured, label);
  return { credentials, fallback: isForEnvironment ? fallbackCredentials(credentials, environment) : null, baseUrl };
}

/** Whether an address of the configuration is Cloudflare's own, or the one that the environment names too. */
function isNamedElsewhere(baseUrl: string, ofEnvironment = ""): boolean {
  const normal = (url: string) => (URL.canParse(url) ? new URL(url).href.replace(/\/+$/, "") : null);
  return new URL(baseUrl).origin === CLOUDFLARE || normal(ofEnvironment) === normal(baseUrl);
}

function refuseAddress(credentials: Credentials, configured: Lookup, label: Label): never {
  const found = (Object.keys(credentials) as ConnectionName[]).filter((name) => !configured(name));
  const variables = found.map((name) => CONNECTION[name].variable).join(" and ");
  const settings = found.map((name) => `'${label(name)}'`).join(" and ");
  const url = `'${label("baseUrl")}'`;
  throw new SettingsError(
    "baseUrl",
    `${variables} in the environment and ${url} in the configuration do not belong together: a credential of the ` +
      `environment is not sent to an address that only the configuration names. Remove ${url}, set ${CONNECTION.baseUrl.variable} to the same ` +
      `address, or set ${settings} in the configuration as a secret.`,
  );
}

// Half a pair in the environment, or one that cannot be sent, is not an error while the configured credentials work.
function fallbackCredentials(inUse: Credentials, environment: Lookup): Credentials | null {
  const sendable = (value = "") => (SENDABLE.test(value.trim()) ? value.trim() : undefined);
  const fallback = complete((name) => sendable(environment(name)));
  return JSON.stringify(fallback) === JSON.stringify(inUse) ? null : fallback;
}

function complete(find: Lookup): Credentials | null {
  const [apiToken, apiKey, email] = [find("apiToken"), find("apiKey"), find("email")];
  if (apiToken) return { apiToken };
  return apiKey && email ? { apiKey, email } : null;
}

function refuseIncomplete(find: Lookup, label: Label): never {
  const [apiKey, email] = [find("apiKey"), find("email")];
  const missing = apiKey ? "email" : email ? "apiKey" : "apiToken";
  const setBoth = `set '${label(missing)}' in the configuration or ${CONNECTION[missing].variable} in the environment`;
  throw new SettingsError(
    missing,
    missing === "apiToken"
      ? `No Cloudflare credentials: ${setBoth} to an API token with the permission "AI Gateway Write", ` +
          `for instance with \`pulumi config set --secret ${label(missing)}\`.`
      : `A Global API Key needs its email and the other way round: ${setBoth}.`,
  );
}

// Checked here because fetch puts a header value that it refuses into its error message.
function usable(name: ConnectionName, value: string | undefined, label: string): string | undefined {
  const trimmed = value?.trim();
  if (!trimmed) return undefined;
  if (SENDABLE.test(trimmed)) return trimmed;
  throw new SettingsError(name, `'${label}' holds a space or a character that cannot be sent: copy it again.`);
}

function resolveBaseUrl(value: string | undefined): string {
  const baseUrl = value ?? DEFAULT_BASE_URL;
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  // `url.hash` is empty for a lone '#', and everything that is appended to it would be cut off.
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  if (isSafe && !url?.username && !url?.password && !/[?#]/.test(baseUrl)) return baseUrl;
  throw new SettingsError(
    "baseUrl",
    "'baseUrl' must be an https:// URL without a user name, a '?' or a '#': paths are appended to it, and credentials are sent there. " +
      "http:// is for loopback addresses only.",
  );
}

/**
 * Refuses a value that could not be used, whether or not the other settings are there.
 *
 * @throws SettingsError, which never holds the value.
 */
export function assertUsable(name: ConnectionName, value: string): void {
  const trimmed = usable(name, value, name);
  if (name === "baseUrl") resolveBaseUrl(trimmed);
}

/** The hostname is as `URL` has it: IPv6 in brackets. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}
