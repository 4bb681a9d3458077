// Prints results as text: one line per row, one column per subject, and the ratio of each of our providers to the straightforward dynamic
// provider.

/** The columns, from left to right: what is compared, each with its name for people and what it is. */
export const SUBJECTS = {
  empty: ["nothing", "an empty program, or an empty Node process"],
  dynamic: ["dynamic", "this package's dynamic provider"],
  plugin: ["plugin", "this package's plugin"],
  least: ["least", "the least that any dynamic provider costs: a constant line that sends no request"],
  sdkDynamic: ["dynamic + SDK", "a straightforward dynamic provider: a closure that captures the cloudflare SDK"],
};

const WIDTH = 14;

/** The whole table, with its legend. */
export function renderTable({ machine, rows }) {
  const names = Object.keys(SUBJECTS);
  const widest = Math.max(...rows.map(({ what }) => what.length));
  const head = ["rounds", ...Object.values(SUBJECTS).map(([name]) => name), "dynamic ratio", "plugin ratio"];
  const lines = [machineLine(machine), "", line("", widest, head)];
  let section = null;
  for (const row of rows) {
    if (row.section !== section) lines.push("");
    section = row.section;
    lines.push(line(row.what, widest, cells(row, names)));
  }
  return [...lines, "", ...legend()].join("\n");
}

/** A row with how each provider stands to the straightforward dynamic provider, where both have a value that is worth it. */
export function withRatios(row) {
  const { dynamic, plugin, sdkDynamic } = row.values;
  if (row.unit === "x" || !sdkDynamic) return row;
  const ours = Object.entries({ dynamic, plugin }).filter(([, value]) => typeof value === "number");
  return { ...row, ratio: Object.fromEntries(ours.map(([provider, value]) => [provider, value / sdkDynamic])) };
}

function cells(row, names) {
  const values = names.map((name) => withLimit(number(row.values[name], row.unit), row.limit?.[name]));
  const ratios = ["dynamic", "plugin"].map((provider) =>
    withLimit(ratio(row.ratio?.[provider]), row.target?.[provider]),
  );
  return [String(row.rounds ?? ""), ...values, ...ratios];
}

function withLimit(text, limit) {
  return limit === undefined || text === "" ? text : `${text} (<${limit})`;
}

function ratio(value) {
  return value === undefined ? "" : value.toFixed(2);
}

function number(value, unit) {
  if (value === undefined || value === null) return "";
  const text =
    Math.abs(value) < 100 && !Number.isInteger(value) ? value.toFixed(1) : Math.round(value).toLocaleString("en");
  return unit ? `${text} ${unit}` : text;
}

function line(what, widest, columns) {
  return [what.padEnd(widest), ...columns.map((text) => text.padStart(WIDTH))].join(" ").trimEnd();
}

function machineLine({ node, pulumi, cloudflare, processors, cli }) {
  const found = cli ? "with the real Pulumi CLI" : "no Pulumi CLI found";
  return `Node ${node}, @pulumi/pulumi ${pulumi}, cloudflare ${cloudflare}, ${processors} processors, ${found}. Medians.`;
}

function legend() {
  const lines = Object.values(SUBJECTS).map(([name, text]) => `${name.padEnd(WIDTH)} ${text}`);
  return [
    ...lines,
    "rounds         how many turns the median is of",
    "ratio          to the straightforward dynamic provider; (<n) is what was aimed at",
  ];
}
