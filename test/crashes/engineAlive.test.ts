// Whether the engine is still there, as a provider can find out.
import net, { type AddressInfo } from "node:net";
import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { watchEngine } from "../../provider/pulumi/engine";

const servers: net.Server[] = [];

afterEach(() => {
  jest.restoreAllMocks();
  for (const server of servers.splice(0)) server.close();
});

async function startEngine(): Promise<{ address: string; stop(): Promise<void> }> {
  const server = net.createServer((socket) => socket.resume());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}

function laterBy(ms: number): void {
  const now = Date.now();
  jest.spyOn(Date, "now").mockReturnValue(now + ms);
}

describe("an engine", () => {
  it("that was there and is no more is gone, once the last answer is a second old", async () => {
    const { address, stop } = await startEngine();
    const isThere = watchEngine(address);
    expect(await isThere()).toBe(true);
    await stop();
    expect(await isThere()).toBe(true);
    laterBy(1001);
    expect(await isThere()).toBe(false);
  });

  it.each(["127.0.0.1:1", "", "unix:/tmp/engine", "127.0.0.1"])(
    "that never was at %j cannot be gone",
    async (address) => {
      const isThere = watchEngine(address);
      expect(await isThere()).toBe(true);
      laterBy(1001);
      expect(await isThere()).toBe(true);
    },
  );
});
