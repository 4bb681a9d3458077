// The login of a proxy is sent to that proxy and appears nowhere else.
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { throughProxy } from "../../provider/cloudflare/proxy";
import { type ProxyFront, startProxy } from "../network/fronts";
import { failureOf } from "../support/rejection";

// The logger of https-proxy-agent; it comes without types.
const debug = require("debug") as { enable(names: string): void; disable(): void; log(...parts: unknown[]): void };
const PASSWORD = "canary-100%-password";
const URL = "https://api.cloudflare.example/";
let proxy: ProxyFront;

beforeEach(async () => {
  proxy = await startProxy(0, 407);
});
afterEach(async () => {
  debug.disable();
  jest.restoreAllMocks();
  await proxy.close();
});

describe("a proxy's user name and password", () => {
  it("are sent to the proxy, and are neither in the agent's URL, which DEBUG prints, nor in the error", async () => {
    const printed: string[] = [];
    jest.spyOn(debug, "log").mockImplementation((...parts: unknown[]) => void printed.push(parts.join(" ")));
    debug.enable("https-proxy-agent");
    const send = throughProxy(`http://canary-user:${PASSWORD}@127.0.0.1:${proxy.port}`);
    const message = await failureOf(send(URL, { method: "GET" }));
    const login = Buffer.from(`canary-user:${PASSWORD}`).toString("base64");
    expect(proxy.asked).toEqual([`CONNECT api.cloudflare.example:443 Basic ${login}`]);
    expect(message).toBe(`the proxy 127.0.0.1:${proxy.port} refused the connection with 407`);
    expect(printed.join("\n")).toContain(`http://127.0.0.1:${proxy.port}`);
    expect(printed.join("\n")).not.toMatch(/canary/);
  });
});

it("a proxy of another kind is refused by name, without its password", () => {
  expect(() => throughProxy(`socks5://me:${PASSWORD}@127.0.0.1:9`)).toThrow(
    /^the proxy 127\.0\.0\.1:9 is not an http:\/\/ or https:\/\/ proxy$/,
  );
});
