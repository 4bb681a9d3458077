// The log of requests and answers that CLOUDFLARE_AI_GATEWAY_BILLING_LOG asks for. It is never given the request's headers, where the
// credential is.
import { appendFileSync } from "node:fs";
import { printable } from "./errors";
import { reasonOf } from "./http";

const LONGEST = 2000;

/** Takes one line. */
export type Trace = (line: string) => void;

/**
 * The log that the variable names: `stderr`, or a file that lines are added to. Null where it is not set.
 *
 * A log that cannot be written is reported once on standard error, and fails nothing.
 */
export function openTrace(destination: string | undefined): Trace | null {
  if (!destination) return null;
  const toStderr = (line: string) => void process.stderr.write(`${line}\n`);
  if (destination === "stderr") return toStderr;
  let broken = false;
  return (line) => {
    if (broken) return;
    try {
      appendFileSync(destination, `${line}\n`, { mode: 0o600 });
    } catch (error) {
      broken = true;
      toStderr(`CLOUDFLARE_AI_GATEWAY_BILLING_LOG cannot be written: ${(error as Error).message}`);
    }
  };
}

/**
 * The same fetch, with one line for every request and its outcome.
 *
 * @param hide takes credentials out of a text; before it is cut short, which could leave the half of one.
 */
export function traced(send: typeof fetch, trace: Trace, hide: (text: string) => string): typeof fetch {
  const shown = (text: string) => printable(hide(text), LONGEST);
  return async (input, init) => {
    const started = new Date();
    const asked = `${started.toISOString()} ${init?.method ?? "GET"} ${shown(String(input))} ${shown(String(init?.body ?? ""))}`;
    const tell = (outcome: string) => trace(`${asked.trim()} -> ${outcome} (${Date.now() - started.getTime()} ms)`);
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
