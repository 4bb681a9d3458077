// Writes a file as this token's one note on the merge request, and replaces that note on the next push. The pipeline's job `comment` runs it.
import { readFileSync } from "node:fs";

// A constant: a marker from the file would let it choose which of the token's notes is overwritten.
const MARKER = "<!-- auto-topup -->";
const { CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, GITLAB_NOTE_TOKEN } = process.env;
const notes = `${CI_API_V4_URL}/projects/${CI_PROJECT_ID}/merge_requests/${CI_MERGE_REQUEST_IID}/notes`;

async function call(method, url, body) {
  const headers = { "private-token": GITLAB_NOTE_TOKEN ?? "", "content-type": "application/json" };
  const answer = await fetch(url, { method, headers, ...(body && { body: JSON.stringify({ body }) }) });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function ownNote(author) {
  for (let page = 1; ; page += 1) {
    const found = await call("GET", `${notes}?per_page=100&page=${page}`);
    const own = found.find((note) => note.author?.id === author && note.body?.startsWith(MARKER));
    if (own || found.length < 100) return own;
  }
}

try {
  const text = `${MARKER}\n${readFileSync(process.argv[2] ?? "comment.md", "utf8")}`;
  const { id } = await call("GET", `${CI_API_V4_URL}/user`);
  const own = await ownNote(id);
  if (own) await call("PUT", `${notes}/${own.id}`, text);
  else await call("POST", notes, text);
} catch (cause) {
  console.error(cause.message);
  process.exitCode = 1;
}
