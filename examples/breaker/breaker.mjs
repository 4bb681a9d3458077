// Switches a stack's auto top-up off when it runs away: on the alarm of topup-charges it sets the stack's `paused`, runs `pulumi up` and
// notifies a person. It never switches anything on. The arguments are topup-charges' limits: node breaker.mjs --max-charges 5/1h
//
// From the environment: PULUMI_STACK; BREAKER_BRANCH, to commit the pause to; BREAKER_WEBHOOK, to notify a person ({"text": "..."} as Slack,
// Mattermost and others take it). Exit codes: 0 all is within the limits, or it is off already; 4 it was switched off just now; 5 it could
// NOT be switched off; any other: nothing is known.
import { spawnSync } from "node:child_process";

const { PULUMI_STACK: stack, BREAKER_BRANCH: branch, BREAKER_WEBHOOK: webhook } = process.env;
const ALARM = 4;
const FAILED = 5;

async function main(limits) {
  const state = run("pulumi", ["stack", "export", "--stack", stack]);
  if (isOff(state.stdout)) {
    console.log(`Auto top-up of stack ${stack} is off. It stays off until a person says otherwise.`);
    return 0;
  }
  const charges = run("npx", ["--no-install", "topup-charges", ...limits], state.stdout);
  process.stdout.write(charges.stdout);
  if (charges.status === 0) return 0;
  if (charges.status !== ALARM) {
    await tell(`Nothing is known of what stack ${stack} was charged, so nothing was done: see the job's log.`);
    return charges.status ?? 1;
  }
  const alarms = charges.stdout.split("\n").filter((line) => line.startsWith("  alarm: "));
  if (!switchOff()) {
    await tell(
      `Auto top-up of stack ${stack} runs away and could NOT be switched off. Do it in the dashboard, now.`,
      alarms,
    );
    return FAILED;
  }
  await tell(`Auto top-up of stack ${stack} ran away and was switched off. ${keep()}`, alarms);
  return ALARM;
}

// What the last `pulumi up` applied. The stack's outputs would not do: a failed `up` stores those that it knew before it failed.
function isOff(state) {
  try {
    const { resources } = JSON.parse(state).deployment;
    const topups = resources.filter(({ type, external }) => type.endsWith(":AutoTopupConfig") && !external);
    return topups.length > 0 && topups.every(({ outputs }) => outputs?.enabled === false);
  } catch {
    return false;
  }
}

function switchOff() {
  const set = run("pulumi", ["config", "set", "paused", "true", "--stack", stack]);
  return (
    set.status === 0 &&
    run("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", stack]).status === 0
  );
}

// The next `pulumi up` of the repository reads its own configuration: without this, an approved one would switch it on again.
function keep() {
  const file = `Pulumi.${stack.split("/").at(-1)}.yaml`;
  const byHand = `Commit 'paused: "true"' to ${file} before anybody runs 'pulumi up'.`;
  if (!branch) return byHand;
  const author = ["-c", "user.name=Auto top-up breaker", "-c", "user.email=breaker@localhost"];
  const committed = run("git", [...author, "commit", "--quiet", "--message", "Pause auto top-up: it ran away", file]);
  const pushed =
    committed.status === 0 && run("git", ["push", "--quiet", "origin", `HEAD:refs/heads/${branch}`]).status === 0;
  return pushed ? `The pause is committed to ${branch}.` : `The pause could NOT be committed to ${branch}. ${byHand}`;
}

async function tell(text, facts = []) {
  const message = [text, ...facts.map((fact) => fact.trim())].join("\n");
  console.error(message);
  if (!webhook) return;
  const headers = { "content-type": "application/json" };
  const signal = AbortSignal.timeout(30_000);
  const answer = await fetch(webhook, {
    method: "POST",
    headers,
    body: JSON.stringify({ text: message }),
    signal,
  }).catch((cause) => ({ ok: false, status: cause.message }));
  if (!answer.ok) console.error(`The webhook did not take it: ${answer.status}`);
}

/** What it says on standard error goes to the job's log. */
function run(command, args, input = "") {
  const { status, stdout, error } = spawnSync(command, args, {
    input,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (error) console.error(`${command} could not be run: ${error.message}`);
  return { status, stdout: stdout ?? "" };
}

if (!stack) {
  console.error("PULUMI_STACK names no stack.");
  process.exitCode = 2;
} else {
  process.exitCode = await main(process.argv.slice(2));
}
