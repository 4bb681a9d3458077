// The front door of the plugin, a Pulumi provider for every language. The engine starts this file with its own address as the last argument,
// and reads a port from the first line on standard output. Holds no rule.
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import {
  ConfigureResponse,
  CreateResponse,
  GetMappingResponse,
  GetMappingsResponse,
  GetSchemaResponse,
  ProviderHandshakeResponse,
  ReadResponse,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { checked, differing, invoked, refused } from "./plugin/answers";
import { Run } from "./plugin/run";
import { type Methods, serve } from "./plugin/serve";
import { changedSettings, readSettings, refuseSettings, sealSettings } from "./plugin/settings";
import { fromStruct, secretsOf, toStruct } from "./plugin/struct";
import type { Topup } from "./plugin/topup";
import { topupNameOf } from "./plugin/urn";
import { afterEngine } from "./pulumi/engineAlive";
import { refuseOldNode } from "./pulumi/node";
import { RefusedError } from "./topup/errors";

/** The calls of one engine run. */
export function methodsOf(run: Run): Methods {
  let loaded: Topup | undefined;

  // Loaded with the first call for the resource: a provider that is only configured has no use for schemas.
  function topup(): Topup {
    const { Topup } = require("./plugin/topup") as typeof import("./plugin/topup");
    loaded ??= new Topup(run);
    return loaded;
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
      // Such a provider outlives a run, and what one run declares is none of the next one's business.
      loaded = undefined;
      return new Empty();
    },

    getPluginInfo() {
      return new PluginInfo().setVersion((require("../package.json") as { version: string }).version);
    },

    getSchema(request) {
      if (request.getVersion() !== 0) throw new RefusedError("Only version 0 of the schema format is supported.");
      return new GetSchemaResponse().setSchema(JSON.stringify(require("../sdk-schema.json")));
    },

    // There is no Terraform provider that this one stands for.
    getMapping: () => new GetMappingResponse(),
    getMappings: () => new GetMappingsResponse(),

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
      return new ConfigureResponse().setSupportspreview(true).setAcceptsecrets(false).setAcceptresources(false);
    },

    check(request) {
      const { inputs, failures } = topup().check(request.getUrn(), fromStruct(request.getNews()));
      return checked(inputs, failures);
    },

    diff(request) {
      return differing(topup().diff(request.getUrn(), fromStruct(request.getOlds()), fromStruct(request.getNews())));
    },

    async create(request) {
      const news = fromStruct(request.getProperties());
      if (request.getPreview()) return new CreateResponse().setProperties(toStruct(topup().planCreate(news)));
      const { id, outputs } = await topup().create(news);
      return new CreateResponse().setId(id).setProperties(toStruct(outputs));
    },

    async update(request) {
      const [olds, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
      const outputs = request.getPreview()
        ? topup().planUpdate(olds, news)
        : await topup().update(request.getId(), olds, news);
      return new UpdateResponse().setProperties(toStruct(outputs));
    },

    async read(request) {
      topupNameOf(request.getUrn());
      const found = await topup().read(request.getId(), fromStruct(request.getProperties()));
      if (!found) return new ReadResponse();
      const { id, outputs, inputs } = found;
      return new ReadResponse().setId(id).setProperties(toStruct(outputs)).setInputs(toStruct(inputs));
    },

    async delete(request) {
      await topup().delete(request.getId(), fromStruct(request.getProperties()), request.getUrn());
      return new Empty();
    },

    async invoke(request) {
      const result = await topup().invoke(request.getTok(), fromStruct(request.getArgs()));
      return "failure" in result ? refused(result.failure) : invoked(result.value);
    },

    // Called at the end of every run, and on Ctrl-C while requests are in flight.
    cancel() {
      run.cancel();
      return new Empty();
    },
  };
}

/** @param args of the process; the engine's flags come before its address. */
export async function main(args: readonly string[]): Promise<void> {
  const tooOld = refuseOldNode();
  if (tooOld) return void process.stderr.write(`${tooOld}\n`, () => process.exit(1));
  if (args[0] === "--help" || args[0] === "--check-credentials") {
    const { followCommand } = require("./plugin/command") as typeof import("./plugin/command");
    return followCommand(args);
  }
  const run = new Run(args.at(-1) ?? "");
  // An engine that was killed cannot end its providers, and nobody else would.
  afterEngine(run.engine, () => run.exit());
  const port = await serve(methodsOf(run), () => run.settled());
  process.stdout.write(`${port}\n`);
}

if (require.main === module) void main(process.argv.slice(2));
