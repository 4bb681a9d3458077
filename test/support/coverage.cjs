// Requires a file in this process and prints, as JSON, which modules that loaded and which functions have run. It is started as a
// process of its own, so that nothing else is in it. Usage: node coverage.cjs FILE
const { Session } = require("node:inspector");

const session = new Session();
session.connect();
const post = (method, parameters) => {
  let answer;
  session.post(method, parameters, (error, result) => {
    if (error) throw new Error(error.message);
    answer = result;
  });
  return answer;
};

const before = new Set(process.moduleLoadList);
post("Profiler.enable");
post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
require(process.argv[2]);
const ran = post("Profiler.takePreciseCoverage")
  .result.filter(({ url }) => url.endsWith(".js"))
  .flatMap(({ functions }) => functions)
  .filter(({ ranges }) => ranges[0].count > 0)
  .map(({ functionName }) => functionName);

console.log(
  JSON.stringify({
    files: Object.keys(require.cache).filter((file) => file !== __filename),
    builtins: process.moduleLoadList.filter((name) => !before.has(name)),
    ran: [...new Set(ran)],
  }),
);
