// How the Pulumi CLI is found, and what a caller is told if there is none.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { findPulumiCli, openStack } from "../../provider/testing";

const { HOME, PATH } = process.env;
let home: string;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "auto-topup-home-"));
  process.env.HOME = home;
  process.env.PATH = path.join(home, "empty");
});
afterEach(() => {
  Object.assign(process.env, { HOME, PATH });
  rmSync(home, { recursive: true });
});

/** Puts an executable file where a CLI could be. */
function install(...folders: string[]): string {
  const folder = path.join(home, ...folders);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "pulumi");
  writeFileSync(file, "#!/bin/sh\n");
  chmodSync(file, 0o755);
  return file;
}

describe("findPulumiCli", () => {
  it("returns null if no CLI is installed", () => {
    expect(findPulumiCli()).toBeNull();
  });

  it("prefers PATH to ~/.pulumi/bin, and that to what npx downloaded", () => {
    const downloaded = install(".pulumi/versions/3.265.0/bin");
    expect(findPulumiCli()).toBe(downloaded);
    const installed = install(".pulumi/bin");
    expect(findPulumiCli()).toBe(installed);
    const onPath = install("tools");
    expect(findPulumiCli({ PATH: path.join(home, "tools") })).toBe(onPath);
  });

  it("takes the newest of the downloaded versions, compared as numbers", () => {
    install(".pulumi/versions/3.99.0/bin");
    const newest = install(".pulumi/versions/3.265.0/bin");
    mkdirSync(path.join(home, ".pulumi/versions/4.0.0-broken"));
    expect(findPulumiCli()).toBe(newest);
  });

  it("passes by a file that cannot be executed", () => {
    chmodSync(install(".pulumi/bin"), 0o644);
    expect(findPulumiCli()).toBeNull();
  });
});

describe("openStack", () => {
  it("names npx and the installation page if there is no CLI", async () => {
    await expect(openStack({ program: home })).rejects.toThrow(
      /no Pulumi CLI on PATH, in ~\/\.pulumi\/bin or in ~\/\.pulumi\/versions\. Run `npx pulumi@3\.265\.0 version` .*https:\/\/www\.pulumi\.com\/docs\/install\//,
    );
  });

  it("refuses a stack whose settings are in the program's folder, and leaves them alone", async () => {
    install(".pulumi/bin");
    writeFileSync(path.join(home, "Pulumi.dev.yaml"), "config: {}\n");
    await expect(openStack({ program: home })).rejects.toThrow(/Pulumi\.dev\.yaml exists: name another stack/);
  });
});
