import { describe, expect, it } from "@jest/globals";
import * as messages from "../../provider/topup/messages";

const inputs = { accountId: "a".repeat(32), amount: 5000, threshold: 1000, enabled: true, adopt: false };
const remote = { amount: 2000, threshold: 700 };
const shownLive = "remote:    amount 2000 cents ($20.00), threshold 700 cents ($7.00)";
const shownDeclared = "declared:  amount 5000 cents ($50.00), threshold 1000 cents ($10.00)";
const byHand = "the Cloudflare dashboard (AI > AI Gateway > Credits Available > Manage > auto top-up)";

describe("a refused adoption", () => {
  it("shows the remote and the declared values, and both ways out", () => {
    const text = messages.notAdopted(inputs, remote);
    expect(text).toContain(`Account ${inputs.accountId} already has auto top-up set, with other values than declared.`);
    expect(text).toContain(`  ${shownLive}\n  ${shownDeclared}\n`);
    expect(text).toContain("To take the remote values over, declare them");
    expect(text).toContain("'adopt: true'");
  });

  it("says what to do where a replacement of the same account is what was refused", () => {
    expect(messages.notAdopted(inputs, remote)).toMatch(
      /or you ran `pulumi up --replace`: run `pulumi state untaint`, or `pulumi up` without `--replace`\.$/,
    );
  });

  it("says what to do if another resource of the stack has the account until now, as in a swap or a rename", () => {
    expect(messages.notAdopted(inputs, remote)).toContain(
      "two resources that swap their accounts): declare the remote values in this `pulumi up`, and the new ones in the next.",
    );
  });

  it("shows 'off' where off is declared", () => {
    expect(messages.notAdopted({ ...inputs, enabled: false }, remote)).toContain("declared:  off (not set)");
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
  it("with 403 says what is remote, what is wanted and where to set it by hand", () => {
    const text = messages.notApplied(403, { amount: 5000, threshold: 1000 }, remote);
    expect(text).toContain(`  ${shownLive}\n  ${shownDeclared.replace("declared:  ", "wanted:    ")}\n`);
    expect(text).toContain(byHand);
    expect(text).toContain('the permission "AI Gateway Write"');
    expect(text).toContain("then the same command succeeds unchanged");
  });

  it("otherwise says that the same command may be run again", () => {
    const text = messages.notApplied(null, null, remote);
    expect(text).toContain(`  ${shownLive}\n  wanted:    off (not set)\n`);
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

it("an id that is no account id is shown, made fit for a terminal", () => {
  expect(messages.notAnAccountId("x\u001b[2Jy")).toBe(
    "'x [2Jy' is not a Cloudflare account id (32 hexadecimal digits), which is this resource's id.",
  );
});
