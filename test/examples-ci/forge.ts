// A stand-in for the comments of a pull request (GitHub) or merge request (GitLab): it keeps them, and serves them in pages.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly type: string };
  readonly author: { readonly id: number };
}

export interface Forge {
  readonly url: string;
  readonly comments: Comment[];
  /** Requests so far, as "METHOD path". */
  readonly requests: string[];
  /** Adds a comment of somebody else. */
  someone(body: string): void;
  /** From now on, every request is refused with this status; 0 ends that. */
  refuse(status: number): void;
  close(): Promise<void>;
}

const OWN_ID = 7;

/** The token that the stand-in asks for, in the header of either of the two. */
export const TOKEN = "fake-forge-token";

export async function startForge(): Promise<Forge> {
  const comments: Comment[] = [];
  const requests: string[] = [];
  let refusal = 0;
  const add = (body: string, own: boolean) =>
    comments.push({
      id: comments.length + 1,
      body,
      user: { type: own ? "Bot" : "User" },
      author: { id: own ? OWN_ID : 1 },
    });
  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const body = await bodyOf(request);
    const status = refusal || (authorized(request) ? 200 : 401);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(status === 200 ? answer(request, body) : { message: "refused" }));
  });

  function answer({ method, url = "" }: IncomingMessage, body: string): unknown {
    const { pathname, searchParams } = new URL(url, "http://forge");
    if (pathname.endsWith("/user")) return { id: OWN_ID };
    if (method === "POST") return add(body, true);
    const own = comments.find(({ id }) => id === Number(pathname.split("/").at(-1)));
    if ((method === "PATCH" || method === "PUT") && own) return Object.assign(own, { body });
    const start = (Number(searchParams.get("page")) - 1) * Number(searchParams.get("per_page"));
    return comments.slice(start, start + Number(searchParams.get("per_page")));
  }

  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments,
    requests,
    someone: (body) => void add(body, false),
    refuse: (status) => {
      refusal = status;
    },
    close() {
      server.closeAllConnections();
      return new Promise((done) => void server.close(() => done()));
    },
  };
}

function authorized({ headers }: IncomingMessage): boolean {
  return headers.authorization === `Bearer ${TOKEN}` || headers["private-token"] === TOKEN;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text === "" ? "" : ((JSON.parse(text) as { body: string }).body ?? "");
}
