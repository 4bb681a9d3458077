// Throw-away folders.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export function emptyFolder(): { path: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), "auto-topup-"));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
