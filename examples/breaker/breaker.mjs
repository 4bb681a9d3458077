// Switches a stack's auto top-up off when it runs away: on a charges alarm of topup-watch it sets the stack's `paused`, commits that, runs
// `pulumi up` and notifies a person. An hourly job runs it. It asks Cloudflare whatever the state says, and never switches anything on by
// itself. The arguments are topup-watch's limits: node breaker.mjs --max-charges 5/1h. check-state.mjs of examples/ci-github lies beside it.
//
// From the environment: PULUMI_STACK; BREAKER_BRANCH, to commit the pause to; BREAKER_WEBHOOK, to notify a person ({"text": "..."} as Slack,
// Mattermost and others take it). Exit codes: 0 all is within the limits, or it is off already; 4 it was switched off just now; 5 it could
// NOT be switched off; 6 nothing runs away, but topup-watch found something else; any other: unknown.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const { PULUMI_STACK: stack, BREAKER_BRANCH: branch, BREAKER_WEBHOOK: webhook } = process.env;
const [OK, UNKNOWN, OFF_NOW, STILL_ON, OTHER] = [0, 3, 4, 5, 6];

async function main(limits) {
  const state = exportState();
  if (state !== "" && !isKnown(state)) {
    await tell(
      `The state of stack ${stack} could not be checked, or did not pass, so nothing was done: see the job's log.`,
    );
    return UNKNOWN;
  }
  const { status, report } = watch(limits, state);
  if (report === null) {
    await tell(`Nothing is known of what stack ${stack} was charged, so nothing was done: see the job's log.`);
    return status || 1;
  }
  const alarms = report.findings.filter(({ kind }) => kind === "alarm");
  if (alarms.some(({ about }) => about === "provider")) {
    await tell(`The state of stack ${stack} holds code of somebody else, so nothing was run or asked.`, alarms);
    return UNKNOWN;
  }
  const charged = alarms.filter(({ about }) => about === "charges");
  const runaways = charged.filter(({ accountId }) => isOn(report, accountId));
  if (runaways.length > 0) return trip(runaways);
  if (report.findings.some(({ kind, about }) => kind === "unknown" && about === "charges")) {
    await tell(`Not everything is known of what stack ${stack} was charged, so nothing was done: see the job's log.`);
    return UNKNOWN;
  }
  if (charged.length > 0)
    console.log("Auto top-up of what ran away is off. It stays off until a person says otherwise.");
  return report.findings.length > charged.length ? OTHER : OK;
}

// The pause is committed first: it must be in the repository even if nothing else works.
async function trip(runaways) {
  const paused = run("pulumi", ["config", "set", "paused", "true", "--stack", stack]).status === 0;
  const kept = paused ? keep() : "The pause could NOT be set in the stack's configuration.";
  // With a refresh: the state may say that it is off already.
  const up = ["up", "--refresh", "--yes", "--skip-preview", "--non-interactive", "--stack", stack];
  const applied = paused && run("pulumi", up).status === 0;
  // `up` may also have nothing to do, in a program that does not know `paused`.
  const after = applied ? watch([], exportState()).report : null;
  if (after && runaways.every(({ accountId }) => isOn(after, accountId) === false)) {
    await tell(`Auto top-up of stack ${stack} ran away and was switched off. ${kept}`, runaways);
    return OFF_NOW;
  }
  const text = `Auto top-up of stack ${stack} runs away and could NOT be switched off. Do it in the dashboard, now.`;
  const why =
    applied || !paused ? "" : " `pulumi up` failed: the job's log says why, for instance another update's lock.";
  await tell(`${text} ${kept}${why}`, runaways);
  return STILL_ON;
}

/** True also if it is not known: then it is treated as on. */
function isOn({ accounts }, accountId) {
  return accounts.find((account) => account.accountId === accountId)?.isOn !== false;
}

function exportState() {
  return run("pulumi", ["stack", "export", "--stack", stack]).stdout;
}

// A refresh runs what the state holds in __provider as code, beside the token. An export runs nothing.
function isKnown(state) {
  return run(process.execPath, [fileURLToPath(new URL("check-state.mjs", import.meta.url))], state).status === 0;
}

// Started with node: on Windows, npx is not a program that can be started without a shell. It is the installed package's own command, too.
function watch(limits, state) {
  const manifest = createRequire(path.resolve("breaker.mjs")).resolve(
    "pulumi-cloudflare-ai-gateway-billing/package.json",
  );
  const command = path.join(path.dirname(manifest), JSON.parse(readFileSync(manifest, "utf8")).bin["topup-watch"]);
  const folder = mkdtempSync(path.join(tmpdir(), "breaker-"));
  const file = path.join(folder, "watch.json");
  try {
    const { status, stdout } = run(process.execPath, [command, "--save", file, ...limits], state);
    process.stdout.write(stdout);
    return { status, report: existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// The next `pulumi up` of the repository reads its own configuration: without this, an approved one would switch it on again.
function keep() {
  const file = `Pulumi.${stack.split("/").at(-1)}.yaml`;
  const byHand = `Commit 'paused: "true"' to ${file} before anybody runs 'pulumi up' or approves the next one.`;
  if (!branch) return byHand;
  const git = (...args) => run("git", args);
  const author = ["-c", "user.name=Auto top-up breaker", "-c", "user.email=breaker@localhost"];
  const isNew = git("status", "--porcelain", "--", file).stdout !== "";
  const committed =
    !isNew ||
    (git("add", file).status === 0 &&
      git(...author, "commit", "--quiet", "--message", "Pause auto top-up: it ran away", file).status === 0);
  const pushed = committed && git("push", "--quiet", "origin", `HEAD:refs/heads/${branch}`).status === 0;
  return pushed ? `The pause is committed to ${branch}.` : `The pause could NOT be committed to ${branch}. ${byHand}`;
}

async function tell(text, alarms = []) {
  const message = [text, ...alarms.map(({ accountId, message }) => `account ${accountId}: ${message}`)].join("\n");
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
    maxBuffer: 256 * 1024 * 1024,
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
