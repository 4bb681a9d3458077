// Credentials that a test can find again in any form.

export const CANARIES = {
  apiToken: "canary-token-4b1d7e90a2",
  apiKey: "canarykey5c0ffee15900d",
  email: "canary.person@canary.example",
} as const;

export type Scheme = "token" | "key";

/** The settings of one way to authenticate. */
export function credentialsOf(scheme: Scheme): Record<string, string> {
  const { apiToken, apiKey, email } = CANARIES;
  return scheme === "token" ? { apiToken } : { apiKey, email };
}

/** The credentials that a text holds, as they are or in a form that is easily decoded. */
export function leaksIn(text: string): string[] {
  return Object.entries(CANARIES).flatMap(([name, canary]) => {
    const forms = {
      plain: canary,
      base64: base64(canary),
      percent: encodeURIComponent(canary),
      reversed: [...canary].reverse().join(""),
    };
    return Object.entries(forms).flatMap(([form, shown]) => (text.includes(shown) ? [`${name} (${form})`] : []));
  });
}

// Without the end, which depends on what follows in the text that was encoded.
function base64(text: string): string {
  return Buffer.from(text).toString("base64").slice(0, 16);
}
