import { expect, it } from "@jest/globals";
import { planCreate, planUpdate } from "../../provider/topup/diff";
import { UNKNOWN } from "../../provider/topup/model";

const inputs = { accountId: "a".repeat(32), amount: 5000, threshold: 1000, enabled: true, adopt: false };

it("a planned create knows its inputs, and not what Cloudflare will report", () => {
  const unknown = { error: UNKNOWN, disabledReason: UNKNOWN, lastFailedAt: UNKNOWN };
  expect(planCreate({ ...inputs, amount: UNKNOWN })).toEqual({ ...inputs, amount: UNKNOWN, ...unknown });
});

it("a planned update keeps what Cloudflare reported last", () => {
  const health = { error: "declined", disabledReason: null, lastFailedAt: "2026-01-01" };
  expect(planUpdate({ ...inputs, ...health }, { ...inputs, amount: 6000 })).toEqual({
    ...inputs,
    amount: 6000,
    ...health,
  });
});

it("a planned update of a damaged state knows nothing of Cloudflare's reports", () => {
  expect(planUpdate("damaged", inputs)).toMatchObject({ error: null, disabledReason: null, lastFailedAt: null });
});
