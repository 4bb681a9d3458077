// Fails where a top-up is failing: reads `pulumi stack output --json` from standard input. Exit codes: 0 all healthy, 1 at
// least one is failing, 2 nothing is known, of one account or of all. What is absent is unknown: an account whose create was refused has no
// health yet, and a healthy one has `null` in each place.
import { text } from "node:stream/consumers";

try {
  const { health } = JSON.parse(await text(process.stdin));
  if (!Array.isArray(health) || health.length === 0) throw new Error("the stack exports no 'health'");
  const failing = health.filter(({ error, disabledReason }) => error || disabledReason);
  const unknown = health.filter(({ error, disabledReason }) => error === undefined || disabledReason === undefined);
  for (const { accountId, error, disabledReason, lastFailedAt } of failing) {
    const reasons = [error, disabledReason].filter(Boolean).join("; ");
    const since = lastFailedAt ? `, last on ${lastFailedAt}` : "";
    console.error(`Auto top-up of account ${accountId} is failing${since}: ${reasons}`);
  }
  if (failing.length > 0)
    console.error("Check the payment method: dashboard, AI > AI Gateway > Credits Available > Manage.");
  for (const { accountId = "whose id is not exported either" } of unknown.filter((one) => !failing.includes(one)))
    console.error(`Nothing is known about auto top-up of an account: ${accountId}. Did 'pulumi up' succeed for it?`);
  if (failing.length + unknown.length === 0) console.log(`Auto top-up is healthy (accounts: ${health.length}).`);
  process.exitCode = failing.length > 0 ? 1 : unknown.length > 0 ? 2 : 0;
} catch (cause) {
  console.error(`Nothing is known about auto top-up: ${cause.message}. Did 'pulumi stack output --json' succeed?`);
  process.exitCode = 2;
}
