// The plugin's entry, a Pulumi provider for every language. The engine starts this file with its own address as the last argument, and reads a
// port from the first line on standard output.
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ConfigureResponse, GetSchemaResponse, ProviderHandshakeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { checked, differing } from "./plugin/answers";
import type { Resource } from "./plugin/resource";
import { type Methods, Run, serve } from "./plugin/run";
import { changedSettings, readSettings, refuseSettings, sealSettings } from "./plugin/settings";
import { fromStruct, secretsOf } from "./plugin/struct";
import { afterEngine } from "./pulumi/engine";
import { refuseOldNode } from "./pulumi/node";
import { nameOf } from "./pulumi/urn";
import { RefusedError } from "./topup/errors";

/** The calls of one engine run. */
export function methodsOf(run: Run): Methods {
  let opened: Resource | undefined;

  function resource(): Resource {
    const { openResource } = require("./plugin/resource") as typeof import("./plugin/resource");
    opened ??= openResource(run);
    return opened;
  }

  return {
    // Secrets and outputs are taken as plain values: the engine then marks what comes back by the same names.
    handshake(request) {
      run.engine = request.getEngineAddress() || run.engine;
      return new ProviderHandshakeResponse().setAcceptSecrets(false).setAcceptResources(false).setAcceptOutputs(false);
    },

    // How a debugger's provider, which the engine did not start, learns of the engine.
    attach(request) {
      run.engine = request.getAddress() || run.engine;
      // Such a provider outlives a run, and the next run knows nothing of what this one declares.
      opened?.leave();
      opened = undefined;
      return new Empty();
    },

    getPluginInfo() {
      return new PluginInfo().setVersion((require("../package.json") as { version: string }).version);
    },

    getSchema(request) {
      if (request.getVersion() !== 0) throw new RefusedError("Only version 0 of the schema format is supported.");
      return new GetSchemaResponse().setSchema(JSON.stringify(require("../sdk-schema.json")));
    },

    checkConfig(request) {
      const news = fromStruct(request.getNews());
      return checked(sealSettings(news, secretsOf(request.getNews())), refuseSettings(news));
    },

    // Credentials and caps come and go; the resources stay what they are.
    diffConfig(request) {
      return differing({
        replaces: [],
        updates: changedSettings(fromStruct(request.getOldInputs()), fromStruct(request.getNews())),
      });
    },

    configure(request) {
      run.settings = readSettings(fromStruct(request.getArgs()));
      // The engine names the provider of a stack's settings `default`, or `default_` and a version.
      run.isExplicit = !/^(default(_.*)?)?$/.test(nameOf(request.getUrn() ?? ""));
      return new ConfigureResponse().setSupportspreview(true).setAcceptsecrets(false).setAcceptresources(false);
    },

    check: (request) => resource().check(request),
    diff: (request) => resource().diff(request),
    create: (request) => resource().create(request),
    update: (request) => resource().update(request),
    read: (request) => resource().read(request),
    delete: (request) => resource().delete(request),
    invoke: (request) => resource().invoke(request),

    // Called at the end of every run, and on Ctrl-C while requests are in flight.
    cancel() {
      run.ending.abort();
      return new Empty();
    },
  };
}

/** @param args of the process; the engine's flags come before its address. */
export async function main(args: readonly string[]): Promise<void> {
  const tooOld = refuseOldNode();
  if (tooOld) return void process.stderr.write(`${tooOld}\n`, () => process.exit(1));
  if (isForPerson(args)) {
    const { followCommand } = require("./plugin/command") as typeof import("./plugin/command");
    return followCommand(args);
  }
  const run = new Run(args.at(-1) ?? "");
  // An engine that was killed cannot end its providers, and nobody else would.
  afterEngine(run.engine, () => {
    run.ending.abort();
    process.exit();
  });
  const port = await serve(run, methodsOf(run));
  process.stdout.write(`${port}\n`);
}

// The engine's own arguments end with HOST:PORT. Without arguments it is a debugger that starts the plugin, and attaches later.
function isForPerson(args: readonly string[]): boolean {
  return args.length > 0 && !/^(\S+:\d+)$/.test(args.at(-1) ?? "");
}

if (require.main === module) void main(process.argv.slice(2));
