// Holds that each promise is proven by `npm test`: a test there names it, as in "(promise 5)" or "(promises 1 and 8)", and support/assertions.ts
// fails such a test if it asserts nothing. The list says each promise in a line.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "@jest/globals";

const PROMISES: Readonly<Record<number, string>> = {
  1: "a preview writes nothing, and needs neither a request nor a credential unless it refreshes",
  2: "off can be declared and is watched for drift, and nothing can charge a card",
  3: "a credential stands in no state, message, output or log",
  4: "a token can be rotated",
  5: "the provider's code in a state is one constant line, and a fix in the package counts at once",
  6: "every package manager's layout works",
  7: "each of many resources at once is configured",
  8: "a value that is not known in a preview is checked again before any request",
  9: "a secret stays secret",
  10: "a value in the wrong unit is refused in the preview, with cents and dollars",
  11: "nothing that exists is overwritten or switched off unasked",
  12: "what exists can be imported, taken over, and moved from one provider to the other",
  13: "only what is proven unset leaves the state",
  14: "drift is shown as exactly the property that changed",
  15: "a top-up that is failing is shown, and never causes an update",
  16: "a write whose answer was lost, or whose run was killed, is settled",
  17: "an error says what was attempted, what Cloudflare said and what to do, once",
  18: "another account replaces without switching off what was just set",
  19: "the cap is checked in the preview and again before the write",
  20: "the plugin's configuration reaches it, and it prints its port alone",
  21: "charges can be counted, and a runaway is stopped",
  22: "no sequence of engine features loses an account",
  23: "a misspelt setting is refused",
  24: "two declarations of one account are refused in the preview",
  25: "a review passes only what it has understood whole",
  26: "the watch alarms on every account in the state that is other than declared",
  27: "failed charges are counted attempt by attempt, and make a job red",
  28: "auto top-up that came back on is seen, and the breaker asks Cloudflare",
  29: "what is bought and what the card pays are told apart",
  30: "what is applied is what was approved",
  31: "no documented command can fetch a package of another name",
  32: "the released plugin needs no runtime",
  33: "every example fails on a value that it cannot read",
};

const TESTS = path.resolve(__dirname, "..");
/** The numbers in the titles of tests: in what `it` or `describe` is given, or in the keys of the data that tests are made from. */
function namedIn(file: string): number[] {
  const code = readFileSync(path.join(TESTS, file), "utf8").replace(/^\s*\/\/.*$/gm, "");
  const titles = [
    ...code.matchAll(/"[^"\n]*\(promises? ([\d, and]+)\)[^"\n]*"|`[^`\n]*\(promises? ([\d, and]+)\)[^`\n]*`/g),
  ];
  return titles.flatMap(([, list, other]) => (list ?? other ?? "").match(/\d+/g) ?? []).map(Number);
}

const named = readdirSync(TESTS, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts") && file !== path.join("promises", "promises.test.ts"))
  .map((file) => ({ file, numbers: namedIn(file) }));

it.each(Object.entries(PROMISES))("npm test has a test of promise %s: %s", (number) => {
  expect(named.filter(({ numbers }) => numbers.includes(Number(number)))).not.toEqual([]);
});

it("a test that holds a promise is checked for assertions", () => {
  const { jest } = JSON.parse(readFileSync(path.join(TESTS, "../package.json"), "utf8"));
  expect(jest.setupFilesAfterEnv).toContain("<rootDir>/test/support/assertions.ts");
});

it("no test names a promise that there is not", () => {
  expect(named.filter(({ numbers }) => numbers.some((number) => !(number in PROMISES)))).toEqual([]);
});
