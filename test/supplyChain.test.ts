// What a release is made of: archives that Pulumi finds, checksums that hold, and no bundled code with a known vulnerability.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { ROOT } from "./support/program";

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");
const { version, repository } = JSON.parse(read("package.json"));
const NAME = "pulumi-resource-cloudflare-ai-gateway-billing";

describe("a release", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "auto-topup-release-"));
    execFileSync(process.execPath, [path.join(ROOT, "provider/scripts/release.mjs"), folder]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("has an archive for each platform under the name that `pulumi plugin install` asks for, and checksums that hold", () => {
    const platforms = ["linux", "darwin", "windows"].flatMap((system) => [`${system}-amd64`, `${system}-arm64`]);
    const archives = platforms.map((platform) => `${NAME}-v${version}-${platform}.tar.gz`);
    expect(readdirSync(folder).sort()).toEqual([...archives, `${NAME}-v${version}-checksums.txt`].sort());
    const amounts = archives.map((archive) => {
      const digest = createHash("sha256")
        .update(readFileSync(path.join(folder, archive)))
        .digest("hex");
      return `${digest}  ${archive}\n`;
    });
    expect(readFileSync(path.join(folder, `${NAME}-v${version}-checksums.txt`), "utf8")).toBe(amounts.join(""));
  });

  it("has the executable at the root of its archives, with the licences of what is inside", () => {
    const archive = path.join(folder, `${NAME}-v${version}-linux-amd64.tar.gz`);
    const listed = execFileSync("tar", ["-tzf", archive], { encoding: "utf8" });
    expect(listed.trim().split("\n")).toEqual([NAME, `${NAME}.cmd`, "LICENSES.txt"]);
  });

  it("comes from the one repository that the package, the schema and the download address name", () => {
    const schema = JSON.parse(read("sdk-schema.json"));
    const name = schema.repository.replace("https://github.com/", "");
    expect(repository.url).toBe(`git+https://github.com/${name}.git`);
    expect(schema.pluginDownloadURL).toBe(`github://api.github.com/${name}`);
    expect(schema.version).toBe(version);
  });
});

describe("the audit of bundled code", () => {
  const vulnerability = (name: string) => ({ [name]: { name, severity: "high", range: "<9" } });

  function audit(report: object) {
    const script = path.join(ROOT, "provider/scripts/audit.mjs");
    return spawnSync(process.execPath, [script], { input: JSON.stringify(report), encoding: "utf8" });
  }

  it("fails for a package that users get, by name, and not for a tool that only tests", () => {
    const bad = audit({ vulnerabilities: { ...vulnerability("zod"), ...vulnerability("jest") } });
    expect([bad.status, bad.stderr]).toEqual([1, "zod <9: high\n"]);
    const good = audit({ vulnerabilities: vulnerability("jest") });
    expect([good.status, good.stderr]).toEqual([0, ""]);
    expect(good.stdout).toMatch(/^0 of the \d\d bundled packages/);
  });

  it("fails where the registry gave no list", () => {
    const { status, stderr } = audit({ error: { summary: "not found" } });
    expect([status, stderr]).toEqual([1, expect.stringContaining("npm audit gave no answer")]);
  });
});

describe("the licences of bundled code", () => {
  it("stand in full for every package whose code is in a built file", () => {
    const licences = read("dist/LICENSES.txt");
    const names = licences.match(/^(?:@[\w.-]+\/)?[\w.-]+ \d+\.\d+\.\d+$/gm) ?? [];
    expect(names.map((name) => name.split(" ")[0])).toEqual(
      expect.arrayContaining(["@grpc/grpc-js", "@pulumi/pulumi", "cloudflare", "https-proxy-agent", "zod"]),
    );
    expect(licences.split(`\n${"-".repeat(80)}\n`)).toHaveLength(names.length);
  });
});
