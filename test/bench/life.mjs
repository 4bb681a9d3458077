// What an engine asks a provider in one run over many accounts, sixteen at a time: each operation in a process of its own, as in life. Any
// provider can be played.
import { plain, startProvider } from "./providerProcess.mjs";

const PARALLEL = 16;
const [BEFORE, AFTER] = [5000, 8000];

/**
 * The operations of an account's life, in order. Each gets `ask`, a call about the account, and what is declared; `state` is
 * what the state would hold. A preview shows a change to every account.
 */
const OPERATIONS = {
  async up({ ask, declared, account }) {
    const inputs = await checked(ask, declared(account.number, BEFORE), {});
    const answer = await ask("create", { setProperties: inputs });
    account.state = { id: answer.getId(), inputs, outputs: plain(answer.getProperties()) };
  },
  async "no-op up"({ ask, declared, account: { number, state } }) {
    const news = await checked(ask, declared(number, BEFORE), state.inputs);
    await ask("diff", { setId: state.id, setOlds: state.outputs, setNews: news });
  },
  async preview({ ask, declared, account: { number, state }, previews }) {
    const news = await checked(ask, declared(number, AFTER), state.inputs);
    const change = { setId: state.id, setOlds: state.outputs, setNews: news };
    await ask("diff", change);
    if (previews) await ask("update", { ...change, setPreview: true });
  },
  async update({ ask, declared, account }) {
    const { number, state } = account;
    const inputs = await checked(ask, declared(number, AFTER), state.inputs);
    const change = { setId: state.id, setOlds: state.outputs, setNews: inputs };
    await ask("diff", change);
    account.state = { id: state.id, inputs, outputs: plain((await ask("update", change)).getProperties()) };
  },
  async refresh({ ask, account: { state } }) {
    await ask("read", { setId: state.id, setProperties: state.outputs });
  },
  async destroy({ ask, account: { state } }) {
    await ask("delete", { setId: state.id, setProperties: state.outputs });
  },
};

export const OPERATION_NAMES = Object.keys(OPERATIONS);

/**
 * Plays the named operations, in their order, on `count` accounts. Returns, by operation, the milliseconds from the start of its process to the last
 * answer, the requests per account, and the most memory the process used (null where that is not known).
 */
export async function playLife(provider, count, operations, simulator) {
  const accounts = Array.from({ length: count }, (_, index) => ({ number: index + 1, state: null }));
  const results = {};
  await simulator.reset();
  for (const name of operations) {
    const run = await playOperation(provider, OPERATIONS[name], accounts);
    results[name] = { ...run, requests: (await simulator.count()) / count };
  }
  return results;
}

async function playOperation(provider, operation, accounts) {
  const running = await startProvider(provider);
  try {
    const previews = (await running.configure()).getSupportspreview();
    await inParallel(accounts, (account) => {
      const ask = (method, setters) => running.call(method, `account-${account.number}`, setters);
      return operation({ ask, declared: provider.inputs, account, previews });
    });
    return { ms: running.age(), peakMb: running.peakMb() };
  } finally {
    await running.stop();
  }
}

async function checked(ask, news, olds) {
  const answer = await ask("check", { setNews: news, setOlds: olds });
  const failures = answer.getFailuresList().map((failure) => failure.getReason());
  if (failures.length > 0) throw new Error(failures.join("; "));
  return plain(answer.getInputs());
}

async function inParallel(items, work) {
  const rest = items.values();
  async function worker() {
    for (const item of rest) await work(item);
  }
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}
