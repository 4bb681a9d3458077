// What a release is made of, and what people are told to run: archives that Pulumi finds, checksums that hold, pinned actions, one place for
// the repository's address, no stranger's code beside a token, and no bundled code with a known vulnerability.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ROOT } from "./support/program";
import { readYaml } from "./support/yaml";

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");
const { version, repository, bin, name: packageName } = JSON.parse(read("package.json"));
const NAME = "pulumi-resource-cloudflare-ai-gateway-billing";

const texts = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\0")
  .filter((file) => /\.(md|json|ya?ml|[cm]?[jt]s|py|go|mod|txt)$/.test(file) && !/package-lock|^test\//.test(file));

describe("a release", () => {
  const platforms = ["darwin", "linux", "windows"].flatMap((system) => [`${system}-amd64`, `${system}-arm64`]);
  const archives = platforms.map((platform) => `${NAME}-v${version}-${platform}.tar.gz`);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "auto-topup-release-"));
    for (const archive of archives) writeFileSync(path.join(folder, archive), archive);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const release = () =>
    spawnSync(process.execPath, [path.join(ROOT, "provider/scripts/release.mjs"), folder], { encoding: "utf8" });

  it("has a checksum that holds for the archive of each platform that `pulumi plugin install` asks for", () => {
    expect(release().status).toBe(0);
    const digest = (text: string) => createHash("sha256").update(text).digest("hex");
    const expected = archives.map((archive) => `${digest(archive)}  ${archive}\n`).join("");
    expect(read(path.relative(ROOT, path.join(folder, `${NAME}-v${version}-checksums.txt`)))).toBe(expected);
  });

  it("is refused if it lacks a platform, by name", () => {
    rmSync(path.join(folder, archives[3] ?? ""));
    const { status, stderr } = release();
    expect([status, stderr]).toEqual([1, expect.stringContaining(`missing: ${archives[3]}`)]);
    expect(readdirSync(folder)).toHaveLength(5);
  });

  it("builds the executable of each platform on a machine of that platform", () => {
    const { jobs } = readYaml(path.join(ROOT, ".github/workflows/release.yml")) as Workflow;
    const built = jobs.standalone?.strategy?.matrix.include.map(({ platform }) => platform) ?? [];
    expect([...built].sort()).toEqual(platforms);
    expect(JSON.stringify(jobs.standalone?.steps)).toContain("npm run build:standalone");
  });
});

interface Workflow {
  jobs: Record<
    string,
    {
      environment?: string;
      strategy?: { matrix: { include: { platform: string }[] } };
      steps: { uses?: string; run?: string }[];
    }
  >;
}

describe("the workflows", () => {
  const files = texts.filter((file) => /\.github\/workflows\/.*\.yml$/.test(file));
  const jobs = files.flatMap((file) => Object.values((readYaml(path.join(ROOT, file)) as Workflow).jobs));

  it("pin every action to a commit, and name its version beside it, the examples' as well as the project's own", () => {
    expect(files).toContain("examples/ci-github/.github/workflows/auto-topup.yml");
    const used = files.flatMap((file) => read(file).match(/\buses: .*/g) ?? []);
    expect(used.length).toBeGreaterThan(16);
    expect(used.filter((line) => !/^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  it("publish to npm only from a job that an environment's reviewers hold back", () => {
    const publishing = jobs.filter(({ steps }) => steps.some(({ run }) => run?.includes("npm publish")));
    expect(publishing.map(({ environment }) => environment)).toEqual(["npm"]);
  });
});

describe("the repository's address", () => {
  const own = repository.url.replace(/^git\+https:\/\/github\.com\/|\.git$/g, "");

  it("is package.json's, wherever else it has to stand", () => {
    const address = new RegExp(`github(?:\\.com|://api\\.github\\.com)/([\\w.-]+/${packageName})`, "g");
    const others = texts.flatMap((file) =>
      [...read(file).matchAll(address)].filter(([, found]) => found?.replace(/\.git$/, "") !== own).map(() => file),
    );
    expect(others).toEqual([]);
    const schema = JSON.parse(read("sdk-schema.json"));
    expect(schema.repository).toBe(`https://github.com/${own}`);
    expect(schema.pluginDownloadURL).toBe(`github://api.github.com/${own}`);
    expect(schema.version).toBe(version);
  });
});

describe("npx", () => {
  const commands = [...Object.keys(bin), "\\$\\{NAME\\}"].join("|");
  const fetching = new RegExp(
    `\\bnpx (?!--no-install )(?!.*--package ${packageName}@\\d)[^\\n\`|]*?(?:${commands})(?![\\w-])`,
  );

  it("is told never to fetch a command by a name that a stranger could publish: --no-install, or an exact --package (promise 31)", () => {
    const offending = texts.filter((file) => fetching.test(read(file)));
    expect(offending).toEqual([]);
  });

  it("fetches nothing at all in a pipeline, nor where its page says so", () => {
    const calls = texts
      .filter((file) => /^examples\/ci-/.test(file))
      .flatMap((file) => read(file).match(/npx \S+/g) ?? []);
    expect([...new Set(calls.map((call) => call.replace("`", "")))]).toEqual(["npx --no-install"]);
  });

  it.each([
    ["npx topup-review preview.json", true],
    ["npx --yes topup-review preview.json", true],
    ["npx --package other@1.0.0 topup-review", true],
    [`npx --yes --package ${packageName} topup-review`, true],
    ["npx --no-install topup-review preview.json", false],
    [`npx --yes --package ${packageName}@0.2.0 topup-review`, false],
    ["npx jest test/review", false],
  ])("%s counts as fetching: %s", (command, expected) => {
    expect(fetching.test(command)).toBe(expected);
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

  it("fails if the registry gave no list", () => {
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
