// The billing simulator in a process of its own, so that its work is not taken for a provider's. Started by simulator.mjs.
const { startSimulator } = (await import(process.argv[2])).default;

const simulator = await startSimulator(JSON.parse(process.argv[3]));
let counted = 0;

// Whoever asked is gone.
process.on("disconnect", () => process.exit());
process.on("message", async (message) => {
  if (message === "stop") {
    await simulator.close();
    return process.disconnect();
  }
  if (message === "reset") {
    simulator.reset();
    counted = 0;
  }
  const { length } = simulator.requests;
  process.send(length - counted);
  counted = length;
});
process.send({ url: simulator.url, apiToken: simulator.apiToken });
