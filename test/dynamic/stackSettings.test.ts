// Which keys of a stack's configuration a program with a dynamic resource is refused for.
import { createRequire } from "node:module";
import path from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import ts from "typescript";
import { refuseMisspeltSettings } from "../../provider/dynamic/stackSettings";

afterAll(() => {
  pulumi.runtime.setAllConfig({});
  pulumi.runtime.setMocks(noMocks, "project");
});

const noMocks = { newResource: () => ({ id: "", state: {} }), call: () => ({}) };

/** What is said of a stack's configuration; null where nothing is. */
function refusalOf(config: Record<string, string>, project = "project"): string | null {
  pulumi.runtime.setMocks(noMocks, project);
  pulumi.runtime.setAllConfig(config);
  try {
    refuseMisspeltSettings();
    return null;
  } catch (error) {
    if (pulumi.RunError.isInstance(error)) return error.message;
    throw error;
  }
}

describe("the configuration of a stack", () => {
  it("may hold every setting of either provider, what the engine adds, and anything of others", () => {
    const own = ["maxAmount", "timeoutSeconds", "deadlineSeconds", "apiToken", "version", "pluginDownloadURL"];
    const config = Object.fromEntries(own.map((name) => [`cloudflare-ai-gateway-billing:${name}`, "x"]));
    expect(
      refusalOf({ ...config, "project:maxamount": "1", "aws:apitoken": "x", "cloudflare:accountId": "x" }),
    ).toBeNull();
  });

  it("may hold every setting of the official Cloudflare provider", () => {
    const names = officialSettings();
    expect(names).toEqual(expect.arrayContaining(["apiToken", "apiUserServiceKey", "baseUrl"]));
    expect(refusalOf(Object.fromEntries(names.map((name) => [`cloudflare:${name}`, "x"])))).toBeNull();
  });

  it("is refused for all that is misspelt at once, each with its name, what was meant, and how to remove it", () => {
    const config = { "cloudflare-ai-gateway-billing:maxamount": "4000", "cloudflare:apitoken": "canary" };
    const [cap, token, ...more] = refusalOf(config)?.split("\n") ?? [];
    expect(cap).toMatch(
      /^'cloudflare-ai-gateway-billing:maxamount' .* Did you mean 'cloudflare-ai-gateway-billing:maxAmount'\? .*pulumi config rm cloudflare-ai-gateway-billing:maxamount$/,
    );
    expect(token).toMatch(/^'cloudflare:apitoken' .* Did you mean 'cloudflare:apiToken'\?/);
    expect([more, refusalOf(config)?.includes("canary")]).toEqual([[], false]);
  });

  it.each([
    [
      "cap",
      /is not a setting of this package, which has 'cloudflare-ai-gateway-billing:maxAmount', .*'\. To remove it/,
    ],
    ["api_token", /Did you mean 'cloudflare:apiToken'\?/],
  ])("is refused for '%s' with what there is, in the dynamic provider's own namespaces", (name, said) => {
    expect(refusalOf({ [`cloudflare-ai-gateway-billing:${name}`]: "x" })).toMatch(said);
  });

  it("may hold a project's own keys where the project is called like the namespace, but no misspelt setting", () => {
    const project = "cloudflare-ai-gateway-billing";
    expect(refusalOf({ [`${project}:accountId`]: "x" }, project)).toBeNull();
    expect(refusalOf({ [`${project}:maxamount`]: "4000" }, project)).toContain("Did you mean");
  });
});

/** As the official provider's own SDK reads them. */
function officialSettings(): string[] {
  const folder = path.dirname(createRequire(__filename).resolve("@pulumi/cloudflare/package.json"));
  const text = ts.sys.readFile(path.join(folder, "config/vars.js")) ?? "";
  return [...text.matchAll(/__config\.get\w*\("(\w+)"\)/g)].map(([, name]) => name ?? "");
}
