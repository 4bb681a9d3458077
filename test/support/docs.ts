// Reads doc comments out of TypeScript sources, so that a text that stands in two places is held to one.
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/** The doc comments of an interface's or a class's properties, each in one line, by property. */
export function docsOf(file: string, type: string): Record<string, string> {
  const text = readFileSync(path.resolve(__dirname, "../..", file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const docs: Record<string, string> = {};
  for (const statement of source.statements) {
    const isType = ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement);
    if (!isType || statement.name?.text !== type) continue;
    for (const member of statement.members) {
      if (!ts.isPropertySignature(member) && !ts.isPropertyDeclaration(member)) continue;
      const comment = ts.getJSDocCommentsAndTags(member).find(ts.isJSDoc)?.comment;
      if (member.name && comment)
        docs[member.name.getText()] = String(ts.getTextOfJSDocComment(comment)).replace(/\s+/g, " ");
    }
  }
  return docs;
}
