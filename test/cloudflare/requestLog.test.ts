// The log of requests that a user asks for: what it holds, where it goes, and what never gets into it.
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { openRequestLog } from "../../provider/cloudflare/requestLog";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { account, openApi } from "../support/core";
import { failureOf } from "../support/rejection";

const VARIABLE = "CLOUDFLARE_AI_GATEWAY_BILLING_LOG";
const email = "canary.person@example.com";

let cloudflare: BillingSimulator;
let folder: string;
let file: string;

beforeAll(async () => {
  cloudflare = await startSimulator({ email });
});
beforeEach(() => {
  cloudflare.reset();
  folder = mkdtempSync(path.join(tmpdir(), "auto-topup-log-"));
  file = path.join(folder, "requests.log");
  process.env[VARIABLE] = file;
});
afterEach(() => {
  delete process.env[VARIABLE];
  rmSync(folder, { recursive: true });
});
afterAll(() => cloudflare.close());

const lines = () => readFileSync(file, "utf8").trimEnd().split("\n");

/** Every character as JSON may write it. */
const escaped = (text: string) => [...text].map((each) => `\\u00${each.charCodeAt(0).toString(16)}`).join("");

describe("the request log", () => {
  it("shows each request, what it was sent with and what came back, in one line", async () => {
    const { api } = openApi(cloudflare);
    await api.write(account, { amount: 5000, threshold: 1000 });
    await api.read(account);
    const url = `${cloudflare.url}/accounts/${account}/ai-gateway/billing/topup/config`;
    const [write, read] = lines();
    expect(write).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z POST http/);
    expect(write).toContain(`POST ${url} {"amount":5000,"threshold":1000} -> 200 ray `);
    expect(read).toMatch(new RegExp(`GET ${url} -> 200 ray \\S+ \\{.*"amount":5000.*\\} \\(\\d+ ms\\)$`));
    expect(lines()).toHaveLength(2);
  });

  it("shows every attempt, and why there was no answer", async () => {
    cloudflare.fault({ kind: "reset", times: 3 });
    await failureOf(openApi(cloudflare).api.read(account));
    expect(lines()).toHaveLength(3);
    for (const line of lines()) expect(line).toMatch(/ -> no answer: .*(ECONNRESET|other side closed)/);
  });

  // An entry is cut after 2,000 characters: here the first ten of the key are in front of the cut.
  it("holds not even a part of a credential if its entry is cut in the middle of one", async () => {
    const { apiKey } = cloudflare;
    for (const length of [1990, 1999, 2000 - apiKey.length / 2]) {
      const body = `${"x".repeat(length)}${apiKey} and more`;
      cloudflare.fault({ kind: "raw", status: 400, body });
      await failureOf(openApi(cloudflare, { connection: { credentials: { apiKey, email } } }).api.read(account));
      const line = lines().at(-1) ?? "";
      expect(line).toContain("xxx");
      expect(line).not.toContain(apiKey.slice(0, 6));
    }
  });

  it("holds no credential, even if an answer repeats it, escaped or not, or has it as its request id", async () => {
    const { apiKey } = cloudflare;
    const echo = `${escaped(apiKey)}${"x".repeat(1990)}${apiKey} ${email} X-Auth-Key: ${apiKey}\u001b[31m ${escaped(apiKey)}`;
    cloudflare.fault({ kind: "raw", status: 400, body: echo, headers: { "cf-ray": apiKey } });
    const { api } = openApi(cloudflare, { connection: { credentials: { apiKey, email } } });
    const message = await failureOf(api.read(account));
    const shown = lines().join() + message;
    for (const secret of [apiKey, escaped(apiKey), apiKey.slice(0, 10), email, "\u001b"])
      expect(shown).not.toContain(secret);
    expect(lines()[0]).toContain("-> 400 ray [credential] [credential]xxx");
  });

  it.each([
    ["as it comes", (link: string) => ({ invoice_pdf: link })],
    ["in another shape", (link: string) => ({ invoice_pdf: { links: [link] }, also: link })],
    ["as text only", (link: string) => ({ invoice_pdf: link.replace("https://", "") })],
  ])("holds no link to an invoice, %s", async (_, invoice) => {
    const link = "https://pay.example.com/i/canary-link?s=ap";
    cloudflare.addInvoice(account, { id: "in_1", status: "paid", amount_paid: 5000, ...invoice(link) });
    expect((await openApi(cloudflare).api.charges(account)).charges).toMatchObject([{ id: "in_1", amount: 5000 }]);
    const body = JSON.stringify({ success: true, errors: [], messages: [], result: { invoices: 1, ...invoice(link) } });
    cloudflare.fault({ kind: "raw", body, headers: { "content-type": "application/json" } });
    const broken = escaped(body.slice(0, body.indexOf("canary") + 9)).replaceAll("\\u0022", '"');
    cloudflare.fault({ kind: "raw", body: broken });
    const read = () => failureOf(openApi(cloudflare).api.charges(account));
    const messages = [await read(), await read()];
    expect(lines()).toHaveLength(3);
    expect([...lines(), ...messages].join("\n")).not.toContain("canary");
  });

  it("is not written unless it is asked for, and can then be read by its owner only", async () => {
    delete process.env[VARIABLE];
    await openApi(cloudflare).api.read(account);
    expect(() => statSync(file)).toThrow("ENOENT");
    process.env[VARIABLE] = file;
    await openApi(cloudflare).api.read(account);
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it("goes to standard error if the variable says 'stderr'; one that cannot be written is reported there once", () => {
    const shown = jest.spyOn(process.stderr, "write").mockReturnValue(true);
    for (const destination of ["stderr", folder]) {
      const log = openRequestLog(destination);
      log?.("one");
      log?.("two");
    }
    const said = shown.mock.calls.map(([text]) => String(text));
    shown.mockRestore();
    expect(said).toEqual(["one\n", "two\n", expect.stringMatching(`^${VARIABLE} cannot be written: EISDIR`)]);
  });
});
