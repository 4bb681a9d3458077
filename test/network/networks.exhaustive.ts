// Real networks: proxies, a company's own certificates, IPv6. Both providers as processes, the API at its real address or behind TLS,
// everything on the loopback address.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BillingSimulator, startSimulator } from "../../provider/testing";
import { account, declared } from "../support/core";
import { Plugin } from "../support/plugin";
import { openProvider, PROVIDERS, type ProviderSettings } from "../support/providers";
import { failureOf } from "../support/rejection";
import { CERTIFICATE, type Front, type ProxyFront, startIpv6, startProxy, startSilence, startTls } from "./fronts";

const inputs = { ...declared, enabled: true, adopt: false };

let cloudflare: BillingSimulator;
let secure: Front;
const opened: { close?(): Promise<void>; stop?(): Promise<void> }[] = [];

beforeAll(async () => {
  cloudflare = await startSimulator();
  secure = await startTls(Number(new URL(cloudflare.url).port));
});
beforeEach(() => cloudflare.reset());
afterEach(async () => {
  for (const each of opened.splice(0)) await (each.stop?.() ?? each.close?.());
});
afterAll(async () => {
  await secure?.close();
  await cloudflare?.close();
});

function keep<T extends { close?(): Promise<void>; stop?(): Promise<void> }>(started: T): T {
  opened.push(started);
  return started;
}

describe.each(PROVIDERS)("%s", (name) => {
  let proxy: ProxyFront;

  beforeEach(async () => {
    proxy = keep(await startProxy(secure.port));
  });

  // No process trusts the certificate unless a test says so.
  const open = async (env: Record<string, string>, settings: ProviderSettings = {}) =>
    keep(await openProvider(name, { apiToken: cloudflare.apiToken, timeoutSeconds: "5", ...settings }, env));
  const trusting = { NODE_EXTRA_CA_CERTS: CERTIFICATE };
  const proxyUrl = (login = "") => `http://${login}127.0.0.1:${proxy.port}`;

  it("reaches the API at its own address through HTTPS_PROXY, by one tunnel that is kept open", async () => {
    const provider = await open({ ...trusting, HTTPS_PROXY: proxyUrl("me:canary-password@") });
    await provider.create(inputs);
    expect(cloudflare.config(account)).toEqual({ amount: 5000, threshold: 1000 });
    const login = Buffer.from("me:canary-password").toString("base64");
    expect(proxy.asked).toEqual([`CONNECT api.cloudflare.com:443 Basic ${login}`]);
  });

  it("goes around the proxy if NO_PROXY names the host", async () => {
    const env = { ...trusting, HTTPS_PROXY: proxyUrl() };
    // An address of this machine that is not one of the loopback addresses by name, nor one in the certificate.
    const address = `https://[::ffff:127.0.0.1]:${secure.port}/client/v4`;
    const around = await open(
      { ...env, NO_PROXY: "example.com,[::ffff:7f00:1]" },
      { baseUrl: address, timeoutSeconds: "1" },
    );
    expect(await failureOf(around.create(inputs))).toContain("does not match certificate's altnames");
    expect(proxy.asked).toEqual([]);
    await (await open(env, { baseUrl: address })).create(inputs);
    expect(proxy.asked[0]).toMatch(/^CONNECT \[::ffff:7f00:1\]:/);
  });

  it("never sends a request to a loopback address through the proxy", async () => {
    const env = { ...trusting, HTTPS_PROXY: proxyUrl(), HTTP_PROXY: proxyUrl(), ALL_PROXY: proxyUrl() };
    await (await open(env, { baseUrl: `https://127.0.0.1:${secure.port}/client/v4` })).create(inputs);
    await (await open(env, { baseUrl: cloudflare.url })).create(inputs);
    expect(cloudflare.requests.map(({ method }) => method)).toEqual(["GET", "POST", "GET"]);
    expect(proxy.asked).toEqual([]);
  });

  it("talks to the engine directly, in any spelling of the variables", async () => {
    cloudflare.setConfig(account, { amount: 5000, threshold: 1000 });
    cloudflare.setHealth(account, { error: "card_declined" });
    const provider = await open({ ...trusting, https_proxy: proxyUrl(), http_proxy: proxyUrl() });
    await provider.create(inputs);
    expect(provider.log).toEqual([expect.stringContaining("WARNING Auto top-up of account")]);
    expect(proxy.asked).toEqual(["CONNECT api.cloudflare.com:443"]);
  });

  it("names a proxy that refuses, and one that is not there, without its password", async () => {
    const refusing = keep(await startProxy(secure.port, 407));
    for (const [port, words] of [
      [refusing.port, `could not be reached: the proxy 127.0.0.1:${refusing.port} refused the connection with 407`],
      [1, "the proxy 127.0.0.1:1 could not be reached: connect ECONNREFUSED"],
    ] as const) {
      const provider = await open({ HTTPS_PROXY: `http://me:canary-password@127.0.0.1:${port}` });
      const message = await failureOf(provider.create(inputs));
      expect(message).toContain(words);
      expect(message).toContain("Check the network, the proxy and 'baseUrl'");
      expect(message).not.toContain("canary-password");
    }
    expect(cloudflare.requests).toEqual([]);
  });

  it("waits for a proxy that says nothing no longer than for Cloudflare itself", async () => {
    const silent = keep(await startSilence());
    const provider = await open({ HTTPS_PROXY: `http://127.0.0.1:${silent.port}` }, { timeoutSeconds: "0.3" });
    expect(await failureOf(provider.create(inputs))).toContain("could not be reached: it did not answer in time");
  });

  it("takes a proxy without a scheme for a plain one, and keeps its password out of what DEBUG prints", async () => {
    const env = { ...trusting, HTTPS_PROXY: `me:canary-100%-password@127.0.0.1:${proxy.port}`, DEBUG: "*" };
    const provider = await open(env);
    await provider.create(inputs);
    const login = Buffer.from("me:canary-100%-password").toString("base64");
    expect(proxy.asked).toEqual([`CONNECT api.cloudflare.com:443 Basic ${login}`]);
    expect(provider.stderr).not.toMatch(/canary-100/);
  });

  it("trusts a company's own certificates if NODE_EXTRA_CA_CERTS names them, and not otherwise", async () => {
    const address = `https://localhost:${secure.port}/client/v4`;
    await (await open(trusting, { baseUrl: address })).create(inputs);
    expect(cloudflare.config(account)).toEqual({ amount: 5000, threshold: 1000 });
    cloudflare.reset();
    expect(await failureOf((await open({}, { baseUrl: address })).create(inputs))).toMatch(
      /could not be reached: self-signed certificate/,
    );
    expect(cloudflare.requests).toEqual([]);
  });

  it("speaks IPv6", async () => {
    const six = keep(await startIpv6(Number(new URL(cloudflare.url).port)));
    await (await open({}, { baseUrl: `http://[::1]:${six.port}/client/v4` })).create(inputs);
    expect(cloudflare.config(account)).toEqual({ amount: 5000, threshold: 1000 });
  });
});

describe("Ctrl-C", () => {
  it("ends the wait for a silent proxy at once", async () => {
    const silent = keep(await startSilence());
    const plugin = keep(await Plugin.start({ HTTPS_PROXY: `http://127.0.0.1:${silent.port}` }));
    await plugin.configure({ apiToken: cloudflare.apiToken });
    const pending = failureOf(plugin.create(inputs));
    await silent.visited;
    await plugin.cancel();
    expect(await pending).toContain("was cancelled before Cloudflare answered");
  });
});
