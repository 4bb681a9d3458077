// Fails where a top-up is failing: reads `pulumi stack output --json` from standard input. Exit codes: 0 all healthy, 1 at
// least one is failing, 2 nothing is known.
import { text } from "node:stream/consumers";

try {
  const { health } = JSON.parse(await text(process.stdin));
  if (!Array.isArray(health) || health.length === 0) throw new Error("the stack exports no 'health'");
  const failing = health.filter(({ error, disabledReason }) => error || disabledReason);
  for (const { accountId, error, disabledReason, lastFailedAt } of failing) {
    const reasons = [error, disabledReason].filter(Boolean).join("; ");
    const since = lastFailedAt ? `, last on ${lastFailedAt}` : "";
    console.error(`Auto top-up of account ${accountId} is failing${since}: ${reasons}`);
  }
  if (failing.length > 0)
    console.error("Check the payment method: dashboard, AI > AI Gateway > Credits Available > Manage.");
  else console.log(`Auto top-up is healthy (accounts: ${health.length}).`);
  process.exitCode = failing.length > 0 ? 1 : 0;
} catch (cause) {
  console.error(`Nothing is known about auto top-up: ${cause.message}. Did 'pulumi stack output --json' succeed?`);
  process.exitCode = 2;
}
