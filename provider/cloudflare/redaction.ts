// Removes from an answer's text what nobody may see in a message or a log: credentials, and links to invoices, which may open without a
// login. Does not know where the text goes.
import type { Credentials } from "./credentials";

/** Error pages of proxies may repeat the request's headers, and an answer's text ends up in messages. */
export function hiding(credentials: Credentials): (text: string) => string {
  // Nothing shorter is a real credential, and taking it out could damage an answer's JSON.
  const secrets = Object.values(credentials).filter((secret) => secret.length >= 8);
  return (text) =>
    secrets.reduce((clean, secret) => clean.replaceAll(secret, "[credential]"), withoutInvoiceLinks(unescaped(text)));
}

// JSON may write any character as an escape, and a credential would come out of it only when it is read.
function unescaped(text: string): string {
  return text.replace(/\\(?:u00([2-7][0-9a-f])|[\s\S])/gi, (whole, hex?: string) => {
    const character = hex ? String.fromCharCode(Number.parseInt(hex, 16)) : whole === "\\/" ? "/" : '"';
    return /["\\\x7f]/.test(character) ? whole : character;
  });
}

const LINK_FIELD = /"(invoice_pdf|hosted_invoice_url)"(\s*:\s*)"(?:[^"\\]|\\.)*(?:"|$)/gi;
// Wherever else in such an answer one may stand: in a list, in a field of another name, in what is left of a broken answer.
const LINK = /\bhttps?:\/\/[^\s"'<>\\]+/gi;

function withoutInvoiceLinks(text: string): string {
  if (!/invoice_pdf|hosted_invoice_url/i.test(text)) return text;
  return text.replace(LINK_FIELD, '"$1"$2"[link]"').replace(LINK, "[link]");
}
