// The commands of README and docs/ as the tests run them. How a page's commands are run:
// - Every line of a `sh` block is a command. docs/getting-started.md is run whole, from its first command to its last, in a folder with the
//   files that it shows. Of every other page each command that was not run before is run once, with the stack of that page applied.
// - A command must end with exit code 0, unless a comment behind it says otherwise: `pulumi preview --expect-no-changes # exit code 7`.
// - A `text` block behind a `sh` block shows what the last of its commands prints; `...` stands for lines that are left out.
// - A sentence of the form "Change `usd(50)` to `usd(80)` in `index.ts`" is carried out before the commands below it.
// - A command that cannot be run here is named in ELSEWHERE, with what holds it instead.
// commands.test.ts runs all of it without a CLI, with a stand-in for `pulumi`; story.exhaustive.ts with the real one.
import { readPage, readPages } from "./pages";

export const ACCOUNT = "0123456789abcdef0123456789abcdef";
export const STORY = "docs/getting-started.md";

export interface Step {
  /** The page that shows it. */
  readonly file: string;
  readonly command: string;
  readonly exitCode: number;
  /** Lines that it must print. */
  readonly prints: readonly string[];
  /** What the page asks to change in index.ts first. */
  readonly edits: readonly (readonly [from: string, to: string])[];
}

/** Commands that the tests of this folder do not run, and why. */
const ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [/^npm run demo$/, "test/readme runs it"],
  [/^npm test$/, "this run"],
  [/^npm run (bench|record|build:standalone|test:\w+)/, "the tests of the script's own folder"],
  [/^npm (install|pack)\b/, "test/install packs the package, installs it and uses it"],
  [/"\$PLUGIN" /, "test/plugin/standalone builds the executable and runs its commands"],
  [/^read -rs /, "asks a person"],
  [/^pulumi import cloudflare:/, "needs the official provider's plugin"],
  [/^pulumi plugin install .* --server /, "needs a release: commands.test.ts compares its address with the schema"],
  [/^pulumi package add /, "needs a release: test/plugin/cli adds the package from a folder"],
];

/** The commands of a page that can be run, in their order. */
export function stepsOf(file: string): readonly Step[] {
  const { text } = readPage(file);
  const steps: Step[] = [];
  let edits: Step["edits"] = [];
  let last = "";
  for (const [piece, , language = "", code = ""] of text.matchAll(PIECES)) {
    if (language === "sh") steps.push(...linesOf(code).map((line, at) => stepOf(file, line, at === 0 ? edits : [])));
    else if (language === "text" && last === "sh") {
      const step = steps.pop();
      if (step) steps.push({ ...step, prints: linesOf(code).filter((line) => line !== "...") });
    }
    if (language !== "") last = language;
    edits = language === "" ? [...edits, ...editsIn(piece)] : language === "sh" ? [] : edits;
  }
  return steps.filter(({ command }) => placeOf(command) === null);
}

/** The commands of all other pages, each once and none of the story's. */
export function otherSteps(): readonly Step[] {
  const story = stepsOf(STORY).map(({ command }) => command);
  const all = readPages().flatMap(({ file }) => (file === STORY ? [] : stepsOf(file)));
  const once = all.filter(
    ({ command }, index) => !story.includes(command) && all.findIndex((other) => other.command === command) === index,
  );
  return [0, 1, 2].flatMap((turn) => once.filter((step) => turnOf(step) === turn));
}

// An import leaves a second resource of the account in the state, which no later preview gets past. It needs an account that is set, so what
// switches auto top-up off behind Pulumi's back comes after it.
function turnOf({ file, command }: Step): number {
  if (/^curl .*DELETE/.test(command)) return 2;
  return file === "docs/taking-over.md" ? 1 : 0;
}

/** Every documented command line, with the page that shows it. */
export function documentedCommands(): readonly (readonly [file: string, command: string])[] {
  const blocks = readPages().flatMap((page) => page.blocks.filter(({ language }) => language === "sh"));
  return blocks.flatMap(({ file, code }) => linesOf(code).map((line) => [file, line.replace(COMMENT, "")] as const));
}

/** What holds a command that is not run here; null if it is run. */
export function placeOf(command: string): string | null {
  return ELSEWHERE.find(([form]) => form.test(command))?.[1] ?? null;
}

const COMMENT = / +#.*/;
/** A block of code, which may be indented, or a line of prose. */
const PIECES = /^( *)```(\w+)\n([\s\S]*?)^\1```$|^.+$/gm;

function stepOf(file: string, line: string, edits: Step["edits"]): Step {
  const marked = /#.*\bexit code (\d+)/.exec(line)?.[1];
  return { file, command: line.replace(COMMENT, ""), exitCode: Number(marked ?? 0), prints: [], edits };
}

function linesOf(code: string): string[] {
  return code
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

function editsIn(line: string): (readonly [string, string])[] {
  return [...line.matchAll(/[Cc]hange `([^`]+)` to `([^`]+)` in `index\.ts`/g)].map(([, from = "", to = ""]) => [
    from,
    to,
  ]);
}
