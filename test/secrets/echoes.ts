// Bad answers that repeat the credential, as error pages and proxies do.
import type { Fault } from "../../provider/testing/simulator";

type Answer = Pick<Extract<Fault, { kind: "raw" }>, "status" | "body" | "headers">;

const json = (body: object) => JSON.stringify({ success: false, errors: [], messages: [], result: null, ...body });
const remote = { amount: 5000, threshold: 1000 };

/** Every character as JSON may write it, which a search for the credential itself does not find. */
function escaped(text: string): string {
  return [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
}

const reason = (message: string) => ({ errors: [{ code: 1, message }] });

/** Answers with text of others that both tables have; MARK proves in what is shown that the answer was read. */
const BOTH: Record<string, (text: string) => Answer> = {
  "a reason": (text) => ({ status: 400, body: json(reason(`MARK ${text}`)) }),
  "a page": (text) => ({ status: 400, body: `MARK ${text}` }),
  "an unexpected result": (text) => ({ status: 200, body: json({ success: true, result: { MARK: text } }) }),
  "a remark": (text) => ({
    status: 200,
    body: json({ success: true, messages: [{ code: 1, message: `MARK ${text}` }], result: remote }),
  }),
  "a report of failed top-ups": (text) => ({
    status: 200,
    body: json({ success: true, result: { ...remote, error: `MARK ${text}`, disabledReason: text } }),
  }),
};

/** Answers to a GET that repeat a credential. */
export const ECHOES: Record<string, (secret: string) => Answer> = {
  ...BOTH,
  "a page of the edge": (secret) => ({ status: 403, body: `<html>MARK Authorization: Bearer ${secret}</html>` }),
  "a refusal with status 200": (secret) => ({ status: 200, body: json(reason(`MARK ${secret}`)) }),
  "escaped JSON": (secret) => ({ status: 200, body: json(reason("MARK SECRET")).replace("SECRET", escaped(secret)) }),
  "a request id": (secret) => ({ status: 404, headers: { "cf-ray": secret }, body: "MARK" }),
  "a page that is cut in the middle of it": (secret) => ({ status: 400, body: `MARK${"x".repeat(112)}${secret}` }),
};

/** Answers with text that a terminal could obey. */
export const HOSTILE: Record<string, (text: string) => Answer> = {
  ...BOTH,
  "a hundred reasons": (text) => ({
    status: 400,
    body: json({ errors: Array(100).fill({ code: 1, message: `MARK ${text.slice(0, 5000)}` }) }),
  }),
};

export const HOSTILE_TEXTS: Record<string, string> = {
  "escape sequences": "\u001b[31mred\u001b]0;title\u0007\u009b2J",
  "text that turns around": "a\u202eb\u2066c\u200fd\u061ce",
  "line breaks": "one\r\ntwo\u0085three\u2028four",
  "halves of characters": "\ud83d and \ude00",
  "an emoji where the text is cut": `${"x".repeat(293)}${"😀".repeat(200)}`,
  "an emoji where a page is cut": `${"x".repeat(114)}${"😀".repeat(200)}`,
  "a hundred kilobytes": "long ".repeat(20_000),
};
