// Remembers in a file what an interrupted run had already done, so that the next run goes on where it stopped. A stack whose
// rows changed since counts as not done. The file goes away with the first run that comes to its end.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { Group } from "./table";

export class Journal {
  readonly #file: string;
  readonly #done: Record<string, string>;

  constructor(file: string) {
    this.#file = file;
    this.#done = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>) : {};
  }

  has(group: Group): boolean {
    return this.#done[group.stack] === fingerprint(group);
  }

  add(group: Group): void {
    this.#done[group.stack] = fingerprint(group);
    writeFileSync(`${this.#file}.next`, JSON.stringify(this.#done, null, 2));
    renameSync(`${this.#file}.next`, this.#file);
  }

  remove(): void {
    rmSync(this.#file, { force: true });
  }
}

function fingerprint(group: Group): string {
  return createHash("sha256").update(JSON.stringify(group)).digest("hex");
}
