// Measures how cost grows with the number of accounts: the time of every operation and the memory of the provider's process,
// and, from the smallest run, the requests that each operation sends.
import { OPERATION_NAMES, playLife } from "./life.mjs";
import { inTurns, mediansOf, roundsOf } from "./rounds.mjs";

const SIZES = [1, 10, 100, 1000, 5000];
const QUICK = [1, 10, 100];
const ROUNDS = 5;
/** The large ones take long: fewer rounds where time runs out, and each row says how many. */
const BUDGET_MS = 15_000;
/** What the README shows, and what a busy moment must not decide. */
const BUDGETS_MS = { 1000: 75_000 };

/** The least is left out: it sends no request. */
const GROWN = ["dynamic", "plugin", "sdkDynamic"];
/** Whether cost grows is a question about ours; the largest size would take the other one minutes. */
const OURS = ["dynamic", "plugin"];

/** Update is one more write, so its time is that of up; it is played once for its requests. */
const TIMED = OPERATION_NAMES.filter((name) => name !== "update");

/** @param deadline in the time of performance.now(): no further size begins after it. */
export async function measureGrowth({ providers, simulator, quick, progress, deadline }) {
  const growth = [];
  for (const accounts of quick ? QUICK : SIZES) {
    if (growth.length > 0 && performance.now() > deadline) {
      progress(`growth, ${accounts} accounts: left out, as the time is up`);
      break;
    }
    progress(`growth, ${accounts} accounts`);
    const operations = accounts === 1 ? OPERATION_NAMES : TIMED;
    const turn = async (name) => metricsOf(await playLife(providers[name], accounts, operations, simulator));
    const options = { budgetMs: BUDGETS_MS[accounts] ?? BUDGET_MS, warm: quick || accounts > 1 };
    growth.push({
      accounts,
      ...summary(await inTurns(accounts > 1000 ? OURS : GROWN, quick ? 1 : ROUNDS, turn, options), operations),
    });
  }
  return [...requestRows(growth[0]), ...TIMED.flatMap((name) => timeRows(name, growth)), ...memoryRows(growth)];
}

function metricsOf(life) {
  const entries = Object.entries(life).flatMap(([name, { ms, requests }]) => [
    [`ms ${name}`, ms],
    [`requests ${name}`, requests],
  ]);
  const peaks = Object.values(life).map(({ peakMb }) => peakMb);
  return { ...Object.fromEntries(entries), ...(peaks[0] !== null && { peakMb: Math.max(...peaks) }) };
}

function summary(seen, operations) {
  const by = (kind) => Object.fromEntries(operations.map((name) => [name, mediansOf(seen, `${kind} ${name}`)]));
  return {
    rounds: roundsOf(seen, "ms up"),
    ms: by("ms"),
    requests: by("requests"),
    peakMb: mediansOf(seen, "peakMb"),
  };
}

function requestRows({ requests, rounds }) {
  return OPERATION_NAMES.map((name) => ({
    section: "requests",
    what: `requests per account, ${name}`,
    unit: "",
    rounds,
    values: requests[name],
  }));
}

function timeRows(operation, growth) {
  return growth.map(({ accounts, ms, rounds }) => ({
    section: operation,
    what: `${operation}, ${counted(accounts)}`,
    unit: "ms",
    rounds,
    values: ms[operation],
    ...(accounts === 1000 && { target: { dynamic: 1, plugin: 1 } }),
  }));
}

function memoryRows(growth) {
  return growth.map(({ accounts, peakMb, rounds }) => ({
    section: "memory",
    what: `memory at most, ${counted(accounts)}`,
    unit: "MB",
    rounds,
    values: peakMb,
  }));
}

function counted(accounts) {
  return `${accounts.toLocaleString("en")} account${accounts === 1 ? "" : "s"}`;
}
