// What a command prints: the steps as they end, then what was logged, the stack's outputs and a count, much as the CLI does.
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const OPERATIONS = {
  create: { sign: "+", plan: "create", done: "created" },
  update: { sign: "~", plan: "update", done: "updated" },
  delete: { sign: "-", plan: "delete", done: "deleted" },
};

export class Report {
  lines = [];
  #dryRun;
  #output;
  #said = [];
  #outputs = {};
  #counts = {};

  constructor(title, dryRun, output) {
    this.#dryRun = dryRun;
    this.#output = output;
    this.#print(title);
  }

  /** @param changes by property, as { old, new }. */
  step(op, { type, name }, changes) {
    this.#counts[op] = (this.#counts[op] ?? 0) + 1;
    if (op === "same") return;
    const { sign, plan, done } = OPERATIONS[op];
    this.#print(` ${sign} ${type} ${name} ${this.#dryRun ? plan : done}`);
    for (const [property, change] of Object.entries(changes)) {
      this.#print(`      ~ ${property}: ${text(change.old)} => ${text(change.new)}`);
    }
  }

  /** Keeps a line for the end. */
  say(line) {
    this.#said.push(...line.split("\n"));
  }

  outputs(outputs) {
    this.#outputs = outputs;
  }

  end() {
    const outputs = Object.entries(this.#outputs);
    if (this.#said.length > 0) this.#print("Diagnostics:", ...this.#said.map((line) => `    ${line}`));
    if (outputs.length > 0) this.#print("Outputs:", ...outputs.map(([name, value]) => `    ${name}: ${text(value)}`));
    const { same, ...others } = this.#counts;
    const counted = Object.entries(others).map(([op, count]) => {
      const { sign, plan, done } = OPERATIONS[op];
      return `    ${sign} ${count} ${this.#dryRun ? `to ${plan}` : done}`;
    });
    this.#print("Resources:", ...counted, ...(same ? [`    ${same} unchanged`] : []));
  }

  #print(...lines) {
    this.lines.push(...lines);
    for (const line of lines) this.#output(line);
  }
}

function text(value) {
  return value === UNKNOWN ? "[unknown]" : JSON.stringify(value ?? null);
}
