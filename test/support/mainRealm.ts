// Loads a file of provider/ as Node runs it in life, outside of jest's sandbox: errors that Node itself makes (of fetch, of an abort) are then
// instances of the Error that our code sees.
import path from "node:path";
import { runInThisContext } from "node:vm";
import { buildSync } from "esbuild";

/** Bundles the file with what it imports, and evaluates it. */
export function loadInMainRealm<T>(file: string): T {
  const entry = path.resolve(__dirname, "../../provider", file);
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "cjs",
    write: false,
    external: ["@pulumi/pulumi"],
  });
  const module = { exports: {} };
  runInThisContext(`(function (module, exports, require) {${outputFiles[0]?.text}\n})`)(
    module,
    module.exports,
    require,
  );
  return module.exports as T;
}
