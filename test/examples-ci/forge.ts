// A stand-in for the comments of a pull request (GitHub) or merge request (GitLab): it keeps them, and serves them in pages.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SCOPED } from "./workspace";

interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string };
  readonly author: { readonly id: number };
}

export type Forge = Awaited<ReturnType<typeof startForge>>;

const OWN = { user: { login: "github-actions[bot]" }, author: { id: 7 } };
const OTHER = { user: { login: "another-app[bot]" }, author: { id: 1 } };

export async function startForge() {
  const comments: Comment[] = [];
  let refusal = 0;
  const add = (body: string, who: typeof OWN) => comments.push({ id: comments.length + 1, body, ...who });
  const server = createServer(async (request, response) => {
    const sent = await text(request);
    const { body } = sent === "" ? { body: "" } : (JSON.parse(sent) as { body: string });
    const status = refusal || (authorized(request) ? 200 : 401);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(status === 200 ? answer(request, body) : { message: "refused" }));
  });

  function answer({ method, url = "" }: IncomingMessage, body: string): unknown {
    const { pathname, searchParams } = new URL(url, "http://forge");
    if (pathname.endsWith("/user")) return OWN.author;
    if (method === "POST") return add(body, OWN);
    const named = comments.find(({ id }) => id === Number(pathname.split("/").at(-1)));
    if ((method === "PATCH" || method === "PUT") && named) return Object.assign(named, { body });
    const size = Number(searchParams.get("per_page"));
    const start = (Number(searchParams.get("page")) - 1) * size;
    return comments.slice(start, start + size);
  }

  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    /** What a runner of either of the two has in its environment to find it. */
    env: {
      GITHUB_API_URL: url,
      GITHUB_REPOSITORY: "acme/billing",
      CI_API_V4_URL: `${url}/api/v4`,
      CI_PROJECT_ID: "3",
      CI_MERGE_REQUEST_IID: "12",
    },
    comments,
    /** Adds a comment that is not the pipeline's own. */
    add: (body: string) => void add(body, OTHER),
    /** From now on, every request is refused with this status; 0 ends that. */
    refuse(status: number) {
      refusal = status;
    },
    close() {
      server.closeAllConnections();
      return new Promise<void>((done) => void server.close(() => done()));
    },
  };
}

function authorized({ headers }: IncomingMessage): boolean {
  return headers.authorization === `Bearer ${SCOPED.comments}` || headers["private-token"] === SCOPED.comments;
}
