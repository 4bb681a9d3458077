// Every setting of a provider, and how its text is read: the one place to add a setting. The program side, both providers and the client
// read this table. Imports nothing, so that a program may load it.

interface Setting {
  readonly secret?: true;
  /** The environment variable that Cloudflare's own tools read. */
  readonly variable?: string;
  /** What the text must be, for a message; absent if any text will do. */
  readonly rule?: string;
  /** What the text stands for, in the unit that the code counts in; null if it breaks the rule. */
  readonly parse?: (text: string) => number | null;
}

const CENTS = { rule: "a whole number of US cents, for instance 10000 for $100.00", parse: parseCents };
const SECONDS = { rule: "a number of seconds above 0, 86400 at most", parse: parseMilliseconds };

/** Who to connect as, and to which address. The dynamic provider shares these names with the official Cloudflare provider. */
export const CONNECTION = {
  apiToken: { secret: true, variable: "CLOUDFLARE_API_TOKEN" },
  apiKey: { secret: true, variable: "CLOUDFLARE_API_KEY" },
  email: { variable: "CLOUDFLARE_EMAIL" },
  baseUrl: { variable: "CLOUDFLARE_BASE_URL" },
} as const satisfies Record<string, Setting>;

/** What a stack limits: sums of money, and the time that a request may take. */
const LIMITS = {
  maxAmount: CENTS,
  maxThreshold: CENTS,
  timeoutSeconds: SECONDS,
  deadlineSeconds: SECONDS,
} as const satisfies Record<string, Setting>;

export type ConnectionName = keyof typeof CONNECTION;
export type LimitName = keyof typeof LIMITS;
export type SettingName = ConnectionName | LimitName;

export const SETTINGS: Readonly<Record<SettingName, Setting>> = { ...CONNECTION, ...LIMITS };
export const CONNECTION_NAMES = Object.keys(CONNECTION) as readonly ConnectionName[];
export const LIMIT_NAMES = Object.keys(LIMITS) as readonly LimitName[];
export const SETTING_NAMES: readonly SettingName[] = [...CONNECTION_NAMES, ...LIMIT_NAMES];

function parseCents(text: string): number | null {
  const cents = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(cents) ? cents : null;
}

function parseMilliseconds(text: string): number | null {
  const seconds = /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : 0;
  // Node fires a timer of more than 24.8 days at once.
  return seconds > 0 && seconds <= 86_400 ? Math.ceil(seconds * 1000) : null;
}
