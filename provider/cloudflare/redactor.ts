// Removes from an answer's text what must not appear in a message or a log: credentials, and links to invoices, which may open without a
// login. sdk.ts applies it to every answer, and the request log to everything it writes.
import type { Credentials } from "./credentials";

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
