// What stands between a provider and the simulator in real networks: TLS, an IPv6 address, a proxy. Each passes bytes on without reading them.
//
// The certificate is for tests only, and its key is no secret:
// openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj "/CN=tests" -addext
//   "subjectAltName=IP:127.0.0.1,IP:::1,DNS:localhost,DNS:api.cloudflare.com" -keyout key.pem -out certificate.pem
import { readFileSync } from "node:fs";
import http from "node:http";
import net, { type AddressInfo, type Server, type Socket } from "node:net";
import path from "node:path";
import tls from "node:tls";

export const CERTIFICATE = path.join(__dirname, "fixtures/certificate.pem");

export interface Front {
  readonly port: number;
  close(): Promise<void>;
}

/** TLS in front of a port. */
export function startTls(target: number): Promise<Front> {
  const [key, cert] = [path.join(__dirname, "fixtures/key.pem"), CERTIFICATE].map((file) => readFileSync(file));
  return listen(
    tls.createServer({ key, cert }, (socket) => join(socket, target)),
    "127.0.0.1",
  );
}

/** The IPv6 loopback address in front of a port. */
export function startIpv6(target: number): Promise<Front> {
  return listen(
    net.createServer((socket) => join(socket, target)),
    "::1",
  );
}

export interface ProxyFront extends Front {
  /** What tunnels were asked for, with the credentials for the proxy: `CONNECT api.cloudflare.com:443 Basic ...`. */
  readonly asked: string[];
}

/** A proxy whose tunnels all end at one port, wherever they were asked to lead; or that refuses them all with a status. */
export async function startProxy(target: number, refusal?: number): Promise<ProxyFront> {
  const asked: string[] = [];
  const server = http.createServer((_, response) => response.writeHead(400).end());
  server.on("connect", (request, socket: Socket) => {
    asked.push(`CONNECT ${request.url} ${request.headers["proxy-authorization"] ?? ""}`.trim());
    if (refusal !== undefined) return socket.end(`HTTP/1.1 ${refusal} Refused\r\ncontent-length: 6\r\n\r\nno way`);
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    return join(socket, target);
  });
  return { ...(await listen(server, "127.0.0.1")), asked };
}

/** A port that takes connections and says nothing; `visited` resolves with the first of them. */
export async function startSilence(): Promise<Front & { readonly visited: Promise<void> }> {
  const server = net.createServer((socket) => socket.on("error", () => {}));
  const visited = new Promise<void>((resolve) => server.once("connection", () => resolve()));
  return { ...(await listen(server, "127.0.0.1")), visited };
}

function join(socket: Socket, target: number): void {
  const other = net.connect(target, "127.0.0.1");
  socket.pipe(other).pipe(socket);
  for (const [one, two] of [
    [socket, other],
    [other, socket],
  ] as const) {
    one.on("error", () => two.destroy()).on("close", () => two.destroy());
  }
}

async function listen(server: Server, host: string): Promise<Front> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
