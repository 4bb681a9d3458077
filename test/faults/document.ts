// Renders the fault table as a page for users, from the data that the tests play. Knows nothing of how they are played.
import { isForgotten, MOMENTS, type Moment } from "../crashes/table";
import { FAMILIES } from "./families";
import { CALL_NAMES, CALLS, type CallName, type Cell, cellOf, type Family, type Fault, messageOf } from "./table";
import { CLOSING, CRASHES, OPENING, OVERVIEW } from "./words";

/** `docs/failures.md`. */
export function renderFaults(): string {
  const parts = [OPENING, OVERVIEW, renderOverview(), ...FAMILIES.map(renderFamily), CRASHES, renderCrashes(), CLOSING];
  return `${parts.join("\n\n")}\n`;
}

function renderOverview(): string {
  const states = (family: Family) =>
    (["create", "update", "read", "delete"] as const).map((call) => {
      const met = family.cells[call] || call !== "create" ? call : "firstRead";
      const cells = family.faults.flatMap((fault) => cellOf(family, fault, met) ?? []);
      return [...new Set(cells.map(({ state }) => state))].join(", or ");
    });
  const rows = FAMILIES.map((family) => [`[${family.name}](#${anchor(family.name)})`, ...states(family)]);
  return table(["", "create", "update", "refresh", "delete"], rows);
}

function renderFamily(family: Family): string {
  const { name, about, cells, faults } = family;
  const own = faults.filter((fault) => fault.cells).map((fault) => renderOwn(fault));
  const played = renderCells((call) => cells[call]);
  return [`## ${name}`, about, renderFaultsOf(family), played, ...own].join("\n\n");
}

/** What is advised by all faults of a family is said once. */
function renderFaultsOf(family: Family): string {
  const shown = family.faults.map((fault) => ({ fault, shows: showsOf(family, fault) }));
  if (!shown.some(({ shows }) => shows)) return shown.map(({ fault }) => `- ${fault.name}`).join("\n");
  const advices = new Set(family.faults.map(({ advice }) => advice));
  const alike = advices.size === 1 && family.faults.length > 1;
  const rows = shown.map(({ fault, shows }) => [fault.name, code(shows), ...(alike ? [] : [code(fault.advice)])]);
  const head = [
    "what goes wrong",
    "an error says",
    ...(alike ? [] : ["and advises, where a row below says nothing else"]),
  ];
  return alike
    ? `${table(head, rows)}\n\nAll advise, where a row below says nothing else: ${code([...advices].join(""))}`
    : table(head, rows);
}

/** The words of the fault's own message; none where no call fails. */
function showsOf(family: Family, fault: Fault): string {
  const message = CALL_NAMES.map((call) => cellOf(family, fault, call))
    .map((cell) => cell && messageOf(fault, cell))
    .find((found) => found);
  return message ? `${message.sees.trim()} ...` : "";
}

/** The calls that end differently under this fault than under the others of its family. */
function renderOwn(fault: Fault): string {
  const never = CALL_NAMES.filter((call) => fault.cells?.[call] === null).map((call) => CALLS[call].title);
  const heading = `With "${fault.name}"${never.length > 0 ? ` (never met by ${never.join("; ")})` : ""}:`;
  return [heading, renderCells((call) => fault.cells?.[call] ?? null)].join("\n\n");
}

function renderCells(cellFor: (call: CallName) => Cell | null): string {
  const write = cellFor("create");
  const rows = CALL_NAMES.flatMap((call) => {
    const cell = cellFor(call);
    if (!cell || (call === "once" && write && cell.requests === write.requests)) return [];
    return [
      [CALLS[call].title, `${cell.state}${cell.advice ? `: ${code(cell.advice)}` : ""}`, cell.requests, cell.next],
    ];
  });
  return table(["call", "state afterwards", "requests", "next"], rows);
}

function renderCrashes(): string {
  const rows = MOMENTS.map((played) => [
    CALLS[played.call].title.replace(/:.*/, ""),
    played.moment,
    played.applied ? "made" : "not made",
    played.next,
    ...takenBack(played),
  ]);
  return table(["call", "killed while", "the change was", "next", "taken back: next", "taken back: --refresh"], rows);
}

function takenBack(played: Moment): [next: string, mended: string] {
  if (played.mended === null) return ["", ""];
  const stays = (stays: boolean) => (stays ? "; the change stays" : "");
  return [`none${stays(played.applied)}`, `${played.mended}${stays(isForgotten(played))}`];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [head, head.map(() => "---"), ...rows].map(line).join("\n");
}

// Two backticks where the text has some of its own.
function code(text: string): string {
  if (text === "") return "";
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** As GitHub makes it from a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w -]/g, "")
    .replaceAll(" ", "-");
}
