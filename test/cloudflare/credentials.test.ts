import { describe, expect, it } from "@jest/globals";
import { fromEnvironment, resolveConnection } from "../../provider/cloudflare/credentials";
import type { ConnectionName } from "../../provider/cloudflare/settings";
import { refusal } from "../support/rejection";

const canary = "canary-credential-that-must-never-be-shown";

type Values = Partial<Record<ConnectionName, string>>;

function resolve(config: Values, environment: Values = {}) {
  return resolveConnection(
    (name) => config[name],
    (name) => environment[name],
    (name) => `cloudflare:${name}`,
  );
}

describe("credentials", () => {
  const pair = { apiKey: "key", email: "a@b.example" };

  it.each<[string, Values, Values, object]>([
    ["the configuration's before the environment's", { apiToken: "one" }, { apiToken: "two" }, { apiToken: "one" }],
    ["the environment's if the configuration has none", {}, { apiToken: "two" }, { apiToken: "two" }],
    [
      "the environment's if the configuration's are blank",
      { apiToken: "  " },
      { apiToken: "two" },
      { apiToken: "two" },
    ],
    ["a Global API Key with its email, even from two places", { apiKey: "key" }, { email: "a@b.example" }, pair],
    ["the token if there is a token and a key", { apiToken: "token", ...pair }, {}, { apiToken: "token" }],
    ["without the line break that copying adds", { apiToken: " token\n" }, {}, { apiToken: "token" }],
  ])("are %s", (_, config, environment, credentials) => {
    expect(resolve(config, environment).credentials).toEqual(credentials);
  });

  it("are the configuration's pair if only the environment has a token", () => {
    expect(resolve(pair, { apiToken: "token" })).toMatchObject({ credentials: pair, fallback: { apiToken: "token" } });
  });

  it("of the environment are not a fallback for an address that only the configuration names", () => {
    const config = { apiToken: "configured", baseUrl: "https://proxy.example" };
    expect(resolve(config, { apiToken: "token" })).toEqual({
      credentials: { apiToken: "configured" },
      fallback: null,
      baseUrl: "https://proxy.example",
    });
    expect(resolve(config, { apiToken: "token", baseUrl: config.baseUrl }).fallback).toEqual({ apiToken: "token" });
  });

  it("of the environment are refused for an address that only the configuration names, and both lines are named", () => {
    const error = refusal(() => resolve({ baseUrl: "https://collector.example" }, { apiToken: canary }));
    expect(error.property).toBe("baseUrl");
    expect(error.message).toBe(
      "CLOUDFLARE_API_TOKEN in the environment and 'cloudflare:baseUrl' in the configuration do not belong together: a credential " +
        "of the environment is not sent to an address that only the configuration names. Remove 'cloudflare:baseUrl', set " +
        "CLOUDFLARE_BASE_URL to the same address, or set 'cloudflare:apiToken' in the configuration as a secret.",
    );
  });

  it.each([
    [{ baseUrl: "http://127.0.0.1:8080" }, { apiToken: canary }, "CLOUDFLARE_API_TOKEN in"],
    [
      { baseUrl: "https://one.example" },
      { apiToken: canary, baseUrl: "https://two.example" },
      "CLOUDFLARE_API_TOKEN in",
    ],
    [
      { baseUrl: "https://api.cloudflare.com.a.example" },
      { apiKey: canary, email: canary },
      "_API_KEY and CLOUDFLARE_EMAIL",
    ],
    [{ baseUrl: "https://x.example", apiKey: "key" }, { email: canary }, "CLOUDFLARE_EMAIL in"],
  ])("of the environment are refused for %j with %j", (config, environment, words) => {
    const { message } = refusal(() => resolve(config, environment));
    expect(message).toContain(words);
    expect(message).not.toMatch(/canary|example/);
  });

  it.each([
    ["https://api.cloudflare.com/client/v4", undefined],
    ["https://proxy.example/client/v4", "https://proxy.example/client/v4/"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080/"],
  ])(
    "of the environment may go to %s of the configuration, since that is Cloudflare's or the environment's own",
    (baseUrl, own) => {
      const environment = { apiToken: "token", ...(own ? { baseUrl: own } : {}) };
      expect(resolve({ baseUrl }, environment)).toMatchObject({ credentials: { apiToken: "token" }, baseUrl });
    },
  );

  it("of the configuration may go to any address", () => {
    const baseUrl = "https://proxy.example/client/v4";
    for (const [config, environment] of [
      [{ apiToken: "token", baseUrl }, {}],
      [{ apiToken: "token" }, { baseUrl }],
    ] as const) {
      expect(resolve(config, environment)).toMatchObject({ credentials: { apiToken: "token" }, baseUrl });
    }
  });

  it("are read from the variables that Cloudflare's own tools read", () => {
    const environment = fromEnvironment({
      CLOUDFLARE_API_TOKEN: "t",
      CLOUDFLARE_API_KEY: "k",
      CLOUDFLARE_EMAIL: "e",
      CLOUDFLARE_BASE_URL: "u",
    });
    expect((["apiToken", "apiKey", "email", "baseUrl"] as const).map(environment)).toEqual(["t", "k", "e", "u"]);
  });

  it("that are missing are asked for by both names", () => {
    const error = refusal(() => resolve({}));
    expect(error.property).toBe("apiToken");
    expect(error.message).toBe(
      "No Cloudflare credentials: set 'cloudflare:apiToken' in the configuration or CLOUDFLARE_API_TOKEN in the " +
        'environment to an API token with the permission "AI Gateway Write", for instance with ' +
        "`pulumi config set --secret cloudflare:apiToken`.",
    );
  });

  it.each([
    [{ apiKey: canary }, "email", "'cloudflare:email' in the configuration or CLOUDFLARE_EMAIL in the environment"],
    [{ email: canary }, "apiKey", "'cloudflare:apiKey' in the configuration or CLOUDFLARE_API_KEY in the environment"],
  ])("that are only half there are named without being shown: %j", (settings, property, names) => {
    const error = refusal(() => resolve(settings));
    expect(error.property).toBe(property);
    expect(error.message).toContain(names);
    expect(error.message).not.toContain(canary);
  });

  it.each([`${canary} x`, `${canary}\u0000`, `${canary}\nX-Other: 1`, `${canary}é`, `${canary}\u200b`])(
    "that cannot be sent as a header are refused without being shown: %j",
    (apiToken) => {
      const inConfig = refusal(() => resolve({ apiToken })).message;
      expect(inConfig).toBe("'cloudflare:apiToken' holds a space or a character that cannot be sent: copy it again.");
      const inEnvironment = refusal(() => resolve({}, { apiToken })).message;
      expect(inEnvironment).toMatch(/^'CLOUDFLARE_API_TOKEN' holds/);
    },
  );
});

describe("the base URL", () => {
  const withBaseUrl = (baseUrl: string) => resolve({ apiToken: canary, baseUrl }).baseUrl;

  it("is Cloudflare's by default", () => {
    expect(resolve({ apiToken: canary }).baseUrl).toBe("https://api.cloudflare.com/client/v4");
  });

  it.each([
    "https://proxy.example/client/v4",
    "http://127.0.0.1:8080/client/v4",
    "http://127.1.2.3",
    "http://localhost:1",
    "http://[::1]:8080",
  ])("may be %s", (baseUrl) => {
    expect(withBaseUrl(baseUrl)).toBe(baseUrl);
  });

  it.each([
    "http://api.cloudflare.com/client/v4",
    "http://127.0.0.1.attacker.example",
    "http://localhost.attacker.example",
    "http://10.0.0.1",
    "http://[::2]",
    "https://user:pass@proxy.example",
    "https://user@proxy.example",
    "http://user@127.0.0.1",
    "ftp://127.0.0.1",
    "file:///etc/passwd",
    "https://proxy.example/client/v4?",
    "https://proxy.example/client/v4?tenant=1",
    "https://proxy.example/client/v4#",
    "https://api.cloudflare.com/client/v4/accounts/x/ai-gateway/billing/" + "topup#",
    "api.cloudflare.com",
    "https://",
    "/client/v4",
  ])("is refused if credentials would be sent in the clear, or requests elsewhere: %s", (baseUrl) => {
    const error = refusal(() => withBaseUrl(baseUrl));
    expect(error.property).toBe("baseUrl");
    expect(error.message).toMatch(/^'baseUrl' must be an https:\/\/ URL without a user name, a '\?' or a '#'/);
  });
});
