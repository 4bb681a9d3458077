// The provider as the engine reaches it: a process that prints its port and answers calls over gRPC. It is the SDK's own host of dynamic
// providers, or the plugin. https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
import { startChild } from "./child.mjs";

/** @param plugin the plugin's command; undefined for the dynamic provider. */
export async function startProvider({ sdk, folder, env, engine, say }, plugin, settings) {
  const [command, ...args] = plugin ?? [process.execPath, sdk.dynamicProvider];
  let child;
  const port = await new Promise((resolve, reject) => {
    let isUp = false;
    child = startChild(command, [...args, engine], { folder, env: { ...process.env, ...env } }, (line, stream) => {
      if (isUp || stream === "stderr") return say(line);
      isUp = true;
      resolve(line.trim());
    });
    child.ended.then(
      (code) => reject(new Error(`The provider ended with exit code ${code} before it printed its port.`)),
      reject,
    );
  });
  const client = new sdk.providerServices.ResourceProviderClient(
    `127.0.0.1:${port}`,
    sdk.grpc.credentials.createInsecure(),
    { "grpc.enable_http_proxy": 0 },
  );
  const call = (method, request) =>
    new Promise((resolve, reject) => {
      client[method](request, (error, answer) => (error ? reject(new Error(error.details)) : resolve(answer)));
    });
  const {
    CheckRequest,
    ConfigureRequest,
    CreateRequest,
    DeleteRequest,
    DiffRequest,
    DiffResponse,
    ReadRequest,
    UpdateRequest,
  } = sdk.provider;
  const toStruct = (values) => sdk.Struct.fromJavaScript(values);
  const about = (request, { urn, type, name }) => request.setUrn(urn).setType(type).setName(name);

  await call("configure", new ConfigureRequest().setArgs(toStruct(settings)).setAcceptsecrets(true));
  return {
    async check(resource, old) {
      const request = about(new CheckRequest(), resource).setOlds(toStruct(old?.inputs ?? {}));
      const answer = await call("check", request.setNews(toStruct(resource.inputs)));
      const failures = answer
        .getFailuresList()
        .map((each) => ({ property: each.getProperty(), reason: each.getReason() }));
      return { inputs: failures.length > 0 ? resource.inputs : answer.getInputs().toJavaScript(), failures };
    },
    async differs(old, inputs) {
      const request = about(new DiffRequest(), old).setId(old.id).setOlds(toStruct(old.outputs));
      const answer = await call("diff", request.setOldInputs(toStruct(old.inputs)).setNews(toStruct(inputs)));
      return answer.getChanges() === DiffResponse.DiffChanges.DIFF_SOME;
    },
    async create({ inputs, ...resource }) {
      const answer = await call("create", about(new CreateRequest(), resource).setProperties(toStruct(inputs)));
      return { id: answer.getId(), outputs: answer.getProperties().toJavaScript() };
    },
    async update(old, inputs) {
      const request = about(new UpdateRequest(), old).setId(old.id).setOlds(toStruct(old.outputs));
      const answer = await call("update", request.setOldInputs(toStruct(old.inputs)).setNews(toStruct(inputs)));
      return answer.getProperties().toJavaScript();
    },
    async read(old) {
      const request = about(new ReadRequest(), old).setId(old.id).setProperties(toStruct(old.outputs));
      const answer = await call("read", request.setInputs(toStruct(old.inputs)));
      const [inputs, outputs] = [answer.getInputs(), answer.getProperties()].map((each) => each?.toJavaScript() ?? {});
      return { id: answer.getId(), inputs, outputs };
    },
    async delete(old) {
      const request = about(new DeleteRequest(), old).setId(old.id).setProperties(toStruct(old.outputs));
      await call("delete", request.setOldInputs(toStruct(old.inputs)));
    },
    /** Tells the provider that the run is over, as the engine does, and ends it. */
    async stop() {
      await call("cancel", new sdk.Empty()).catch(() => {});
      client.close();
      child.kill();
      await child.ended;
    },
  };
}
