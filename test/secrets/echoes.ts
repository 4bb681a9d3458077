// Bad answers that repeat the credential, as error pages and proxies do.
import type { Fault } from "../../provider/testing/simulator";

type Answer = Pick<Extract<Fault, { kind: "raw" }>, "status" | "body" | "headers">;

const json = (body: object) => JSON.stringify({ success: false, errors: [], messages: [], result: null, ...body });
const remote = { amount: 5000, threshold: 1000 };

/** Every character as JSON may write it, which a search for the credential itself does not find. */
function escaped(text: string): string {
  return [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
}

/** Answers to a GET; MARK proves in what is shown that the answer was read. */
export const ECHOES: Record<string, (secret: string) => Answer> = {
  "a reason": (secret) => ({ status: 400, body: json({ errors: [{ code: 1, message: `MARK bad login ${secret}` }] }) }),
  "a page": (secret) => ({ status: 403, body: `<html>MARK Authorization: Bearer ${secret}</html>` }),
  "an unexpected result": (secret) => ({
    status: 200,
    body: json({ success: true, result: { amount: "MARK", threshold: secret } }),
  }),
  "a refusal with status 200": (secret) => ({
    status: 200,
    body: json({ errors: [{ code: 1, message: `MARK ${secret}` }] }),
  }),
  "escaped JSON": (secret) => ({
    status: 200,
    body: json({ errors: [{ message: "MARK SECRET" }] }).replace("SECRET", escaped(secret)),
  }),
  "a request id": (secret) => ({ status: 404, headers: { "cf-ray": secret }, body: "MARK" }),
  "a page that is cut in the middle of it": (secret) => ({ status: 400, body: `MARK${"x".repeat(112)}${secret}` }),
  "a remark": (secret) => ({
    status: 200,
    body: json({ success: true, messages: [{ code: 1, message: `MARK ${secret}` }], result: remote }),
  }),
  "a report of failed top-ups": (secret) => ({
    status: 200,
    body: json({ success: true, result: { ...remote, error: `MARK ${secret}`, disabledReason: secret } }),
  }),
};

/** Answers with text that a terminal could obey. */
export const HOSTILE: Record<string, (text: string) => Answer> = {
  "a reason": (text) => ({ status: 400, body: json({ errors: [{ code: 1, message: `MARK ${text}` }] }) }),
  "a hundred reasons": (text) => ({
    status: 400,
    body: json({ errors: Array(100).fill({ code: 1, message: `MARK ${text.slice(0, 5000)}` }) }),
  }),
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

export const HOSTILE_TEXTS: Record<string, string> = {
  "escape sequences": "\u001b[31mred\u001b]0;title\u0007\u009b2J",
  "text that turns around": "a\u202eb\u2066c\u200fd\u061ce",
  "line breaks": "one\r\ntwo\u0085three\u2028four",
  "halves of characters": "\ud83d and \ude00",
  "an emoji where the text is cut": `${"x".repeat(293)}${"😀".repeat(200)}`,
  "an emoji where a page is cut": `${"x".repeat(114)}${"😀".repeat(200)}`,
  "a hundred kilobytes": "long ".repeat(20_000),
};
