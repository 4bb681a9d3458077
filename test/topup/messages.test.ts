import { describe, expect, it } from "@jest/globals";
import * as messages from "../../provider/topup/messages";

const inputs = { accountId: "a".repeat(32), amount: 5000, threshold: 1000, enabled: true, adopt: false };
const remote = { amount: 2000, threshold: 700 };
const byHand = "the Cloudflare dashboard (AI > AI Gateway > Credits Available > Manage > auto top-up)";

describe("a refused adoption", () => {
  it("says what to do in a replacement of the same account, and in a swap or a rename within the stack", () => {
    const text = messages.notAdopted(inputs, remote);
    expect(text).toContain("To take the remote values over, declare them");
    expect(text).toMatch(/`pulumi up --replace`: run `pulumi state untaint`, or `pulumi up` without `--replace`\.$/);
    expect(text).toContain(
      "two resources that swap their accounts): declare the remote values in this `pulumi up`, and the new ones in the next.",
    );
  });
});

describe("a delete that is refused", () => {
  const other = { key: "urn:other", name: "other" };

  it("says what to do if two resources that are deleted before they are replaced swap their accounts", () => {
    const text = messages.deleteRefused(inputs.accountId, { ...other, progress: "checked" });
    expect(text).toContain("'other', which declares the same account now, was not created in this run");
    expect(text).toContain("take 'deleteBeforeReplace' out for one `pulumi up`");
  });

  it("says only that the other resource's problem is to be solved if its create has failed", () => {
    const text = messages.deleteRefused(inputs.accountId, { ...other, progress: "failed" });
    expect(text).toContain("could not be created. The state keeps this resource. Solve the other one's problem");
    expect(text).not.toContain("deleteBeforeReplace");
  });

  it("for the sake of a 'get' says how to take a leftover out of the state, which `pulumi state delete` cannot name", () => {
    const text = messages.deleteOfRead(inputs.accountId);
    expect(text).toContain("remove the 'get' from the program");
    expect(text).toContain(
      'take out the entry with this id and `"delete": true`, `pulumi stack import --file state.json`',
    );
  });
});

it("an unconfirmed write says what the next `pulumi up` does, and what a refresh does instead", () => {
  expect(messages.UNCONFIRMED).toContain("the next `pulumi up` writes what is declared then");
  expect(messages.UNCONFIRMED).toContain("`pulumi up --refresh` clears that error and reads instead");
});

describe("a write that did not take effect", () => {
  it("says that the same command may be run again", () => {
    const text = messages.notApplied(null, null, remote);
    expect(text).toContain(
      `  remote:    amount 2000 cents ($20.00), threshold 700 cents ($7.00)\n  wanted:    off (not set)\n`,
    );
    expect(text).toContain("The write was not applied; run the same command again.");
    expect(text).not.toContain("dashboard");
  });
});

describe("a top-up that is failing", () => {
  it("is reported with all that Cloudflare says of it", () => {
    const health = { error: "card declined", disabledReason: "3 failures", lastFailedAt: "2026-01-02T03:04:05Z" };
    const text = messages.failing(inputs.accountId, health);
    expect(text).toContain(
      `Auto top-up of account ${inputs.accountId} is failing, last on 2026-01-02T03:04:05Z (error: card declined; disabled: 3 failures).`,
    );
    expect(text).toContain(byHand);
  });

  it("leaves out what Cloudflare does not say", () => {
    const text = messages.failing(inputs.accountId, { error: null, disabledReason: "fraud", lastFailedAt: null });
    expect(text).toContain("is failing (disabled: fraud).");
  });

  it("cannot smuggle control characters to a terminal", () => {
    const evil = "\u001b[31mred\r\n";
    const text = messages.failing(inputs.accountId, { error: evil, disabledReason: evil, lastFailedAt: evil });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be gone
    expect(text).not.toMatch(/[\u0000-\u001f]/);
  });
});

it("an id that is not an account id is shown, made fit for a terminal", () => {
  expect(messages.notAnAccountId("x\u001b[2Jy")).toBe(
    "'x [2Jy' is not a Cloudflare account id (32 hexadecimal digits), which is this resource's id.",
  );
});
