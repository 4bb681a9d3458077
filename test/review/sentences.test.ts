// What a reviewer reads for each thing that can happen to an account.
import { describe, expect, it } from "@jest/globals";
import { ACCOUNT, fixture, OTHER, review, reviewOfText, sentences } from "./fixture";

const BELOW = "whenever the balance falls below $10.00";
const USUAL = `charge $20.00 ${BELOW}`;
const OFF = "auto top-up is switched OFF: requests will fail once the credits are used up";
const A = `${ACCOUNT}:`;
const ON = `${A} auto top-up is switched ON:`;
const WAS_OFF = `${A} ${OFF} (until now: ${USUAL})`;
const LATER = "known only during 'pulumi up'";
const drifted = (now: string) => `${A} changed outside Pulumi: now ${now}; the stack had: ${USUAL}`;

const table: readonly [name: string, ...sentences: string[]][] = [
  ["create", `${ON} ${USUAL}`],
  ["createOff", `${A} auto top-up is declared OFF; kept for later: ${USUAL}`],
  ["amount", `${A} charge $50.00 instead of $20.00 ${BELOW} (unchanged)`],
  ["threshold", `${A} charge $20.00 (unchanged) whenever the balance falls below $15.00 instead of $10.00`],
  ["both", `${A} charge $50.00 instead of $20.00 whenever the balance falls below $25.00 instead of $10.00`],
  ["switchedOff", WAS_OFF],
  ["switchedOn", `${ON} ${USUAL}`],
  ["delete", WAS_OFF],
  ["destroy", WAS_OFF],
  ["deleteOff", `${A} no longer managed by this stack; auto top-up was OFF and stays OFF`],
  ["retain", `${A} auto top-up stays ON, no longer managed by this stack ('retainOnDelete'): ${USUAL}`],
  ["replace", `${OTHER}: auto top-up is switched ON: charge $30.00 ${BELOW}`, WAS_OFF],
  [
    "rename",
    `${A} the resource ai-gateway-credits is renamed to credits; auto top-up is not interrupted`,
    `${A} charge $20.00 (unchanged) ${BELOW} (unchanged)`,
  ],
  ["renameAlias"],
  ["same"],
  ["refreshSame"],
  ["unknownUpdate", `${A} charge an amount that is ${LATER} instead of $20.00 ${BELOW} (unchanged)`],
  ["unknownCreate", `${ON} charge an amount that is ${LATER} ${BELOW}`],
  ["unknownAccount", `of ai-gateway-credits (its id is ${LATER}): auto top-up is switched ON: ${USUAL}`],
  ["secretCreate", `${ON} charge an amount that is secret ${BELOW}`],
  ["secretUpdate", `${A} charge an amount that is secret (it may change) ${BELOW} (unchanged)`],
  ["refused"],
  [
    "several",
    "00112233445566778899aabbccddeeff: auto top-up is switched ON: charge $75.00 whenever the balance falls below $25.00",
    `${A} charge $10.00 instead of $20.00 ${BELOW} (unchanged)`,
    `${"d".repeat(32)}: ${OFF} (until now: charge $10.00 whenever the balance falls below $5.00)`,
  ],
  ["beside", `${ON} ${USUAL}`],
  [
    "refreshDrift",
    drifted(`charge $100.00 ${BELOW}`),
    `${A} after 'pulumi up': charge $20.00 instead of $100.00 ${BELOW} (unchanged)`,
  ],
  ["refreshGone", drifted("it is switched OFF"), `${A} after 'pulumi up': auto top-up is switched ON: ${USUAL}`],
  [
    "refreshDriftAndChange",
    drifted(`charge $100.00 ${BELOW}`),
    `${A} after 'pulumi up': charge $50.00 instead of $100.00 ${BELOW} (unchanged)`,
  ],
];

describe("the sentences of a review", () => {
  it.each(table)("say in dollars what the plan '%s' means", (name, ...expected) => {
    expect(sentences(review(name))).toEqual(expected);
  });

  const dynamic = "pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig";
  it.each([
    ["the plugin's type", dynamic, "cloudflare-ai-gateway-billing:index:AutoTopupConfig"],
    ["a resource inside a component", `::${dynamic}`, `::example:index:Gateway$${dynamic}`],
  ])("say the same for %s", (_, from, to) => {
    for (const [name, ...expected] of table) {
      const plan = fixture(`${name}.json`).replaceAll(from, () => to);
      expect(sentences(reviewOfText(plan))).toEqual(expected);
    }
  });

  it("say that a create with 'adopt' overwrites the remote values", () => {
    const adopting = fixture("create.json").replaceAll('"adopt": false', '"adopt": true');
    expect(sentences(reviewOfText(adopting))).toEqual([
      `${A} auto top-up is switched ON: ${USUAL}; any other remote values are overwritten (adopt: true)`,
    ]);
  });
});
