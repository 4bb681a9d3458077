// What a reviewer reads for each thing that can happen to an account.
import { describe, expect, it } from "@jest/globals";
import { ACCOUNT, fixture, OTHER, review, reviewOfText, sentences } from "./fixture";

const USUAL = "charge $20.00 whenever the balance falls below $10.00";
const OFF = `auto top-up is switched OFF: requests will fail once the credits are used up (until now: ${USUAL})`;
const A = `${ACCOUNT}:`;

const table: readonly [name: string, ...sentences: string[]][] = [
  ["create", `${A} auto top-up is switched ON: ${USUAL}`],
  ["createOff", `${A} auto top-up is declared OFF; kept for later: ${USUAL}`],
  ["amount", `${A} charge $50.00 instead of $20.00 whenever the balance falls below $10.00 (unchanged)`],
  ["threshold", `${A} charge $20.00 (unchanged) whenever the balance falls below $15.00 instead of $10.00`],
  ["both", `${A} charge $50.00 instead of $20.00 whenever the balance falls below $25.00 instead of $10.00`],
  ["switchedOff", `${A} ${OFF}`],
  ["switchedOn", `${A} auto top-up is switched ON: ${USUAL}`],
  ["delete", `${A} ${OFF}`],
  ["destroy", `${A} ${OFF}`],
  ["deleteOff", `${A} no longer managed by this stack; auto top-up was OFF and stays OFF`],
  ["retain", `${A} auto top-up stays ON, no longer managed by this stack ('retainOnDelete'): ${USUAL}`],
  [
    "replace",
    `${OTHER}: auto top-up is switched ON: charge $30.00 whenever the balance falls below $10.00`,
    `${A} ${OFF}`,
  ],
  [
    "rename",
    `${A} the resource ai-gateway-credits is renamed to credits; auto top-up is not interrupted`,
    `${A} charge $20.00 (unchanged) whenever the balance falls below $10.00 (unchanged)`,
  ],
  ["renameAlias"],
  ["same"],
  ["refreshSame"],
  [
    "unknownUpdate",
    `${A} charge an amount that is known only during 'pulumi up' instead of $20.00 whenever the balance falls below $10.00 (unchanged)`,
  ],
  [
    "unknownCreate",
    `${A} auto top-up is switched ON: charge an amount that is known only during 'pulumi up' whenever the balance falls below $10.00`,
  ],
  [
    "unknownAccount",
    `of ai-gateway-credits (its id is known only during 'pulumi up'): auto top-up is switched ON: ${USUAL}`,
  ],
  [
    "secretCreate",
    `${A} auto top-up is switched ON: charge an amount that is secret whenever the balance falls below $10.00`,
  ],
  [
    "secretUpdate",
    `${A} charge an amount that is secret (it may change) whenever the balance falls below $10.00 (unchanged)`,
  ],
  ["refused"],
  [
    "several",
    "00112233445566778899aabbccddeeff: auto top-up is switched ON: charge $75.00 whenever the balance falls below $25.00",
    `${A} charge $10.00 instead of $20.00 whenever the balance falls below $10.00 (unchanged)`,
    "dddddddddddddddddddddddddddddddd: auto top-up is switched OFF: requests will fail once the credits are used up " +
      "(until now: charge $10.00 whenever the balance falls below $5.00)",
  ],
  ["beside", `${A} auto top-up is switched ON: ${USUAL}`],
  [
    "refreshDrift",
    `${A} changed outside Pulumi: now charge $100.00 whenever the balance falls below $10.00; the stack had: ${USUAL}`,
    `${A} after 'pulumi up': charge $20.00 instead of $100.00 whenever the balance falls below $10.00 (unchanged)`,
  ],
  [
    "refreshGone",
    `${A} changed outside Pulumi: now it is switched OFF; the stack had: ${USUAL}`,
    `${A} after 'pulumi up': auto top-up is switched ON: ${USUAL}`,
  ],
  [
    "refreshDriftAndChange",
    `${A} changed outside Pulumi: now charge $100.00 whenever the balance falls below $10.00; the stack had: ${USUAL}`,
    `${A} after 'pulumi up': charge $50.00 instead of $100.00 whenever the balance falls below $10.00 (unchanged)`,
  ],
];

describe("the sentences of a review", () => {
  it.each(table)("say in dollars what the plan '%s' means", (name, ...expected) => {
    expect(sentences(review(name))).toEqual(expected);
  });

  it("say the same for the plugin's type", () => {
    const dynamic = "pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig";
    const plugin = "cloudflare-ai-gateway-billing:index:AutoTopupConfig";
    for (const [name, ...expected] of table) {
      const plan = fixture(`${name}.json`).replaceAll(dynamic, plugin);
      expect(sentences(reviewOfText(plan))).toEqual(expected);
    }
  });

  it("say the same for a resource inside a component", () => {
    const plan = fixture("amount.json").replaceAll(
      "::pulumi-nodejs:dynamic",
      "::example:index:Gateway$pulumi-nodejs:dynamic",
    );
    expect(sentences(reviewOfText(plan))).toEqual(table.find(([name]) => name === "amount")?.slice(1));
  });

  it("say that a create with 'adopt' overwrites the remote values", () => {
    const adopting = fixture("create.json").replaceAll('"adopt": false', '"adopt": true');
    expect(sentences(reviewOfText(adopting))).toEqual([
      `${A} auto top-up is switched ON: ${USUAL}; any other remote values are overwritten (adopt: true)`,
    ]);
  });
});
