// Writes the tables of docs/failures.md, between the page's markers, from the data that the tests play. The text around them is the page's own.
// UPDATE_DOCS=1 writes them anew.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "@jest/globals";
import { isForgotten, MOMENTS, type Moment } from "../crashes/table";
import { table } from "../docs/generated";
import { anchorOf } from "../docs/pages";
import { FAMILIES } from "./families";
import { CALL_NAMES, CALLS, type Cells, type Family, type Fault, messageOf } from "./table";

const file = path.resolve(__dirname, "../../docs/failures.md");

it("docs/failures.md holds the tables as they are played; `UPDATE_DOCS=1 npx jest test/faults/document` writes them anew", () => {
  const page = readFileSync(file, "utf8");
  if (process.env.UPDATE_DOCS === "1") writeFileSync(file, renderFaults(page));
  expect(readFileSync(file, "utf8")).toBe(renderFaults(page));
});

const PARTS = {
  overview: renderOverview,
  families: () => FAMILIES.map(renderFamily).join("\n\n"),
  crashes: renderCrashes,
};

/** The page, with what stands between `<!-- begin NAME -->` and `<!-- end NAME -->` written anew. */
function renderFaults(page: string): string {
  return Object.entries(PARTS).reduce((text, [name, render]) => {
    const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
    const [before, rest] = text.split(begin);
    const after = rest?.split(end)[1];
    if (before === undefined || after === undefined) throw new Error(`docs/failures.md lacks ${begin} or ${end}.`);
    return `${before}${begin}\n\n${render()}\n\n${end}${after}`;
  }, page);
}

function renderOverview(): string {
  const states = ({ cells, faults }: Family) =>
    (["create", "update", "read", "delete"] as const).map((call) => {
      const own = [cells, ...faults.map((fault) => fault.cells ?? {})];
      const states = own.flatMap((some) => some[call]?.[0] ?? []);
      if (call === "create" && states.length === 0) states.push(...own.flatMap((some) => some.firstRead?.[0] ?? []));
      return [...new Set(states)].join(", or ");
    });
  const rows = FAMILIES.map((family) => [`[${family.name}](#${anchorOf(family.name)})`, ...states(family)]);
  return table(["", "create", "update", "refresh", "delete"], rows);
}

function renderFamily({ name, about, cells, faults }: Family): string {
  const own = faults
    .filter((fault) => fault.cells)
    .map((fault) => `With "${fault.name}":\n\n${renderCells(fault.cells ?? {})}`);
  const shown = faults.map((fault) => [fault.name, ...saidOf(fault, fault.cells ?? cells).map(code)]);
  const said = table(
    ["what goes wrong", "an error says", "and advises, unless a row below says something else"],
    shown,
  );
  return [`## ${name}`, about, said, ...(own.length < faults.length ? [renderCells(cells)] : []), ...own].join("\n\n");
}

function saidOf(fault: Fault, cells: Cells): [sees: string, advice: string] {
  const fails = Object.values(cells).some((cell) => messageOf(fault, cell));
  return fails ? [`${fault.sees.trim()} ...`, fault.advice] : ["", ""];
}

function renderCells(cells: Cells): string {
  const rows = CALL_NAMES.flatMap((call) => {
    const [state, requests, next, advice] = cells[call] ?? [];
    if (!state) return [];
    return [[CALLS[call].title, advice ? `${state}: ${code(advice)}` : state, requests ?? "", next ?? ""]];
  });
  return table(["call", "state afterwards", "requests", "next"], rows);
}

function renderCrashes(): string {
  const rows = MOMENTS.map((played) => [
    ...[CALLS[played.call].title.replace(/:.*/, ""), played.moment, played.applied ? "made" : "not made", played.next],
    ...takenBack(played),
  ]);
  return table(["call", "killed while", "the change was", "next", "taken back: next", "taken back: --refresh"], rows);
}

function takenBack(played: Moment): [next: string, mended: string] {
  if (played.mended === null) return ["", ""];
  const stays = (stays: boolean) => (stays ? "; the change stays" : "");
  return [`none${stays(played.applied)}`, `${played.mended}${stays(isForgotten(played))}`];
}

// Two backticks if the text has some of its own.
function code(text: string): string {
  if (text === "") return "";
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}
