// Starts a built plugin as the engine does, without any Node on PATH, and asks it for its schema. The standalone executable's own build and
// the release use it, so that nothing is published that was not seen running.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";

/** @returns the schema that the plugin serves, parsed. */
export async function askForSchema(executable) {
  const { SystemRoot } = process.env;
  const child = spawn(executable, [], {
    env: { ...(SystemRoot && { SystemRoot }) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`${executable} ended with ${code} before it printed its port.`);
    });
    const [port] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended]);
    return JSON.parse(await schemaAt(`127.0.0.1:${port}`));
  } finally {
    child.kill();
  }
}

function schemaAt(address) {
  const client = new services.ResourceProviderClient(address, credentials.createInsecure());
  return new Promise((resolve, reject) => {
    client.getSchema(new messages.GetSchemaRequest(), { deadline: Date.now() + 30_000 }, (error, response) => {
      client.close();
      error ? reject(error) : resolve(response.getSchema());
    });
  });
}
