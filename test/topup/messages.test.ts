import { expect, it } from "@jest/globals";
import * as messages from "../../provider/topup/messages";
import { account, declared, others } from "../support/core";

const inputs = { ...declared, enabled: true, adopt: false };
const other = { key: "urn:other", name: "other" };

it.each<[string, string, readonly string[]]>([
  [
    "a refused adoption says what to do in a replacement of the same account, and in a swap or a rename within the stack",
    messages.notAdopted(inputs, others),
    [
      "To take the remote values over, declare them",
      "two resources that swap their accounts): declare the remote values in this `pulumi up`, and the new ones in the next.",
      "`pulumi up --replace`: run `pulumi state untaint`, or `pulumi up` without `--replace`.",
    ],
  ],
  [
    "a refused delete says what to do if two resources that are deleted before they are replaced swap their accounts",
    messages.deleteRefused(account, { ...other, progress: "checked" }),
    [
      "'other', which declares the same account now, was not created in this run",
      "take 'deleteBeforeReplace' out for one `pulumi up`",
    ],
  ],
  [
    "a delete that is refused for the sake of a 'get' says how to take a leftover out of the state, which `pulumi state delete` cannot name",
    messages.deleteOfRead(account),
    [
      "remove the 'get' from the program",
      'take out the entry with this id and `"delete": true`, `pulumi stack import --file state.json`',
    ],
  ],
  [
    "an unconfirmed write says what the next `pulumi up` does, and what a refresh does instead",
    messages.UNCONFIRMED,
    ["the next `pulumi up` writes what is declared then", "`pulumi up --refresh` clears that error and reads instead"],
  ],
  [
    "a failing top-up is reported with all that Cloudflare says of it",
    messages.failing(account, {
      error: "declined",
      disabledReason: "3 failures",
      lastFailedAt: "2026-01-02T03:04:05Z",
    }),
    [
      `Auto top-up of account ${account} is failing, last on 2026-01-02T03:04:05Z (error: declined; disabled: 3 failures).`,
      "the Cloudflare dashboard (AI > AI Gateway > Credits Available > Manage > auto top-up)",
    ],
  ],
])("%s", (_, text, parts) => {
  for (const part of parts) expect(text).toContain(part);
});

it("a delete that is refused since the other create failed says only that the other resource's problem is to be solved", () => {
  const text = messages.deleteRefused(account, { ...other, progress: "failed" });
  expect(text).toContain("could not be created. The state keeps this resource. Solve the other one's problem");
  expect(text).not.toContain("deleteBeforeReplace");
});

it("no message smuggles control characters to a terminal", () => {
  const evil = "\u001b[31mred\r\n";
  const health = { error: evil, disabledReason: evil, lastFailedAt: evil };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be gone
  expect(messages.failing(account, health)).not.toMatch(/[\u0000-\u001f]/);
  expect(messages.notAnAccountId("x\u001b[2Jy")).toMatch(/^'x \[2Jy' is not a Cloudflare account id/);
});
