// Which tests run when: `npm test` runs the files that are named *.test.ts. Every promise is in them, through both providers. `npm run
// test:all` runs the others with this configuration, which are named *.exhaustive.ts: the tables in full, crashes, races, networks, the
// examples, and what needs a real Pulumi CLI.
const { jest } = require("../package.json");

module.exports = { ...jest, rootDir: "..", testMatch: ["**/*.exhaustive.ts"] };
