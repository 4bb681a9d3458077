// Every link to something of this repository leads there: files, headings, pictures, also by the repository's address.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ROOT } from "../support/program";
import { readPage, readPages } from "./pages";

const { repository } = require("../../sdk-schema.json") as { repository: string };
const others = ["CHANGELOG.md", ".github/SECURITY.md", "examples/README.md"];
const examples = readdirSync(path.join(ROOT, "examples"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(path.join(ROOT, "examples", entry.name, "README.md")))
  .map(({ name }) => `examples/${name}/README.md`);
const pages = [...readPages(), ...[...others, ...examples].map(readPage)];

/** What a link names below the root, and the heading in it; null for somebody else's page. */
function targetOf(file: string, link: string): { target: string; anchor: string } | null {
  const own = link.replace(new RegExp(`^${repository}/(?:blob|tree)/main/`), "/");
  if (/^[a-z]+:/.test(own)) return null;
  const [name = "", anchor = ""] = own.split("#");
  const target = name.startsWith("/") ? name.slice(1) : path.join(path.dirname(file), name);
  return { target: name === "" ? file : path.normalize(target), anchor };
}

describe.each(pages.map((page) => [page.file, page] as const))("%s", (file, page) => {
  it("links to files and headings that exist", () => {
    const broken = page.links.filter((link) => {
      const found = targetOf(file, link);
      if (!found) return false;
      if (!existsSync(path.join(ROOT, found.target))) return true;
      return found.anchor !== "" && !readPage(found.target).anchors.includes(found.anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe("the documentation", () => {
  const pageNames = pages.map(({ file }) => file).filter((file) => file.startsWith("docs/"));

  it("is reached from the README, every page of it", () => {
    const linked = readPage("README.md").links.map((link) => targetOf("README.md", link)?.target);
    expect(pageNames.filter((file) => !linked.includes(file))).toEqual([]);
  });

  it("links by the repository's address from the two pages that the registry shows, since nothing else resolves there", () => {
    for (const file of ["docs/_index.md", "docs/installation-configuration.md"]) {
      const { links, text } = readPage(file);
      expect(links.filter((link) => !/^(https:|#)/.test(link))).toEqual([]);
      expect(text).toMatch(/^---\ntitle: \S.*\nmeta_desc: \S.*\nlayout: package\n---\n/);
    }
  });

  it("shows in the README only pictures that npm resolves: Markdown's own, relative, and not of two sources", () => {
    const { text } = readPage("README.md");
    expect(text).not.toMatch(/<(picture|img|source)\b/);
    for (const [, picture = ""] of text.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g))
      expect(picture).toMatch(/^docs\/[\w-]+\.svg$/);
  });
});
