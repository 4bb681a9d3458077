// The log of requests and answers that CLOUDFLARE_AI_GATEWAY_BILLING_LOG asks for, and what is removed from it and from every answer: credentials,
// and links to invoices, which may open without a login. sdk.ts opens both. The log is never given the request's headers, which hold the credential.
import { appendFileSync } from "node:fs";
import type { Credentials } from "./credentials";
import { reasonOf } from "./http";
import { printable } from "./printable";

const LONGEST = 2000;

type RequestLog = (line: string) => void;

/**
 * The log that the variable names: `stderr`, or a file that lines are added to. Null if it is not set.
 *
 * A log that cannot be written is reported once on standard error, and fails nothing.
 */
export function openRequestLog(destination: string | undefined): RequestLog | null {
  if (!destination) return null;
  const toStderr = (line: string) => void process.stderr.write(`${line}\n`);
  if (destination === "stderr") return toStderr;
  let isBroken = false;
  return (line) => {
    if (isBroken) return;
    try {
      appendFileSync(destination, `${line}\n`, { mode: 0o600 });
    } catch (error) {
      isBroken = true;
      toStderr(`CLOUDFLARE_AI_GATEWAY_BILLING_LOG cannot be written: ${(error as Error).message}`);
    }
  };
}

/**
 * The same fetch, with one line in the log for every request and its outcome.
 *
 * @param redact removes credentials from a text; applied before the text is cut, since a cut could leave half of one.
 */
export function withRequestLog(send: typeof fetch, log: RequestLog, redact: (text: string) => string): typeof fetch {
  const shown = (text: string) => printable(redact(text), LONGEST);
  return async (input, init) => {
    const started = new Date();
    const asked = `${started.toISOString()} ${init?.method ?? "GET"} ${shown(String(input))} ${shown(String(init?.body ?? ""))}`;
    const tell = (outcome: string) => log(`${asked.trim()} -> ${outcome} (${Date.now() - started.getTime()} ms)`);
    try {
      const response = await send(input, init);
      const ray = response.headers.get("cf-ray");
      const text = shown(await response.clone().text());
      tell(`${response.status}${ray ? ` ray ${shown(ray)}` : ""} ${text}`.trim());
      return response;
    } catch (error) {
      tell(`no answer: ${shown(reasonOf(error))}`);
      throw error;
    }
  };
}

/** Returns what removes these credentials from a text: error pages of proxies may repeat the request's headers. */
export function redactor(credentials: Credentials): (text: string) => string {
  // A shorter text is not a real credential, and removing it could damage an answer's JSON.
  const secrets = Object.values(credentials).filter((secret) => secret.length >= 8);
  return (text) =>
    secrets.reduce((clean, secret) => clean.replaceAll(secret, "[credential]"), withoutInvoiceLinks(unescaped(text)));
}

// JSON may write any character as an escape, and parsing it would bring the credential back.
function unescaped(text: string): string {
  return text.replace(/\\(?:u00([2-7][0-9a-f])|[\s\S])/gi, (whole, hex?: string) => {
    const character = hex ? String.fromCharCode(Number.parseInt(hex, 16)) : whole === "\\/" ? "/" : '"';
    return /["\\\x7f]/.test(character) ? whole : character;
  });
}

const LINK_FIELD = /"(invoice_pdf|hosted_invoice_url)"(\s*:\s*)"(?:[^"\\]|\\.)*(?:"|$)/gi;
// Such an answer may hold the link elsewhere too: in a list, in a field of another name, in the rest of a broken answer.
const LINK = /\bhttps?:\/\/[^\s"'<>\\]+/gi;

function withoutInvoiceLinks(text: string): string {
  if (!/invoice_pdf|hosted_invoice_url/i.test(text)) return text;
  return text.replace(LINK_FIELD, '"$1"$2"[link]"').replace(LINK, "[link]");
}
