// Reads which modules the files of provider/ import, as TypeScript itself sees it. Which of them are allowed is for the tests to say.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/** One import, export-from, require() or import() of a file. */
export interface Import {
  /** The importing file, relative to provider/. */
  file: string;
  /** Where it leads: a file relative to provider/, or the name of a package or a Node module. */
  target: string;
  /** Whether nothing is left of it when the program runs. */
  typeOnly: boolean;
  /** Whether it waits until some function is called. */
  late: boolean;
}

export const providerFolder = path.resolve(__dirname, "../../provider");

/** All TypeScript files, relative to provider/. */
export function providerFiles(): string[] {
  const files = readdirSync(providerFolder, { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".ts")).sort();
}

export function textOf(file: string): string {
  return readFileSync(path.join(providerFolder, file), "utf8");
}

export function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.ES2022, true);
  const imports: Import[] = [];
  const visit = (node: ts.Node): void => {
    const found = specifierOf(node);
    if (found)
      imports.push({ file, target: resolve(file, found.specifier), typeOnly: found.typeOnly, late: isLate(node) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return imports;
}

/** The files that are loaded when this one is, itself included, and the packages among them. */
export function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  if (!file.endsWith(".ts")) return seen;
  for (const { target, typeOnly } of importsOf(file)) if (!typeOnly) loadedBy(target, seen);
  return seen;
}

function specifierOf(node: ts.Node): { specifier: string; typeOnly: boolean } | null {
  if (ts.isImportDeclaration(node)) return found(node.moduleSpecifier, typesOnly(node.importClause));
  if (ts.isExportDeclaration(node)) return found(node.moduleSpecifier, node.isTypeOnly);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return found(node.argument.literal, true);
  if (ts.isCallExpression(node) && loads(node.expression)) return found(node.arguments[0], false);
  return null;
}

function isLate(node: ts.Node): boolean {
  return ts.findAncestor(node, ts.isFunctionLike) !== undefined;
}

function found(specifier: ts.Node | undefined, typeOnly: boolean) {
  return specifier && ts.isStringLiteral(specifier) ? { specifier: specifier.text, typeOnly } : null;
}

function loads(called: ts.Expression): boolean {
  return called.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(called) && called.text === "require");
}

function typesOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause || clause.isTypeOnly) return clause !== undefined;
  const named = clause.namedBindings;
  return (
    !clause.name && named !== undefined && ts.isNamedImports(named) && named.elements.every((one) => one.isTypeOnly)
  );
}

function resolve(file: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  const target = path.join(path.dirname(file), specifier);
  return target.endsWith(".json") ? target : `${target}.ts`;
}
