// What a dynamic program hands over as its provider, which the provider's process is then sent with every call. The program runs once, with mocks.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

const SCRIPT = `
  const pulumi = require("@pulumi/pulumi");
  let source;
  const newResource = ({ inputs }) => {
    source ??= inputs.__provider;
    return { id: "id", state: inputs };
  };
  pulumi.runtime.setMocks({ newResource, call: () => ({}) });
  require(process.argv[1]);
  process.once("exit", () => console.log(JSON.stringify(source)));
`;

/** `__provider` by subject. */
export async function providerSources(folder, programs, subjects) {
  const run = promisify(execFile);
  const sources = subjects.map(async (subject) => {
    const program = path.join(programs[subject], "index.js");
    const env = { PATH: process.env.PATH, ACCOUNTS: "1" };
    const { stdout } = await run(process.execPath, ["-e", SCRIPT, program], { cwd: folder, env });
    return [subject, JSON.parse(stdout)];
  });
  return Object.fromEntries(await Promise.all(sources));
}
