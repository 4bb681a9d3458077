// The two services that a running program talks to: the resource monitor, where it registers its resources, and the engine's log, where the
// provider's warnings arrive, too. https://github.com/pulumi/pulumi/blob/master/proto/pulumi/resource.proto and engine.proto beside it
const SEVERITIES = [null, "info", "warning", "error"];
/** The SDK asks for each by name. */
const FEATURES = ["secrets", "resourceReferences", "aliasSpecs"];

/** @param log gets what program and provider log; debug messages are left out. */
export async function startMonitor(sdk, project, log) {
  const { grpc, Empty, Struct, engine, resource } = sdk;
  const registered = promise();
  const released = promise();
  /** The resources of this run by URN, as the engine's own function getResource answers them: the class looks its health up there. */
  const known = new Map();
  let root = "";
  let onRegister;
  let onOutputs;

  /** A call that fails ends the whole run: the program is not told, as it would print a stack trace. */
  const call = (work) => (request, answer) => {
    Promise.resolve()
      .then(() => work(request.request))
      .then((message) => answer(null, message), registered.reject);
  };
  const server = new grpc.Server();
  server.addService(sdk.resourceServices.ResourceMonitorService, {
    supportsFeature: call((request) =>
      new resource.SupportsFeatureResponse().setHassupport(FEATURES.includes(request.getId())),
    ),
    registerResource: call(async (request) => {
      const [type, name] = [request.getType(), request.getName()];
      const urn = `urn:pulumi:dev::${project}::${type}::${name}`;
      const inputs = request.getObject()?.toJavaScript() ?? {};
      const { id, outputs } = await onRegister({ urn, type, name, inputs, custom: request.getCustom() });
      known.set(urn, { urn, id, state: outputs });
      const answer = new resource.RegisterResourceResponse().setUrn(urn).setId(id);
      return answer.setObject(Struct.fromJavaScript(outputs));
    }),
    invoke: call((request) => {
      const { urn } = request.getArgs()?.toJavaScript() ?? {};
      if (request.getTok() !== "pulumi:pulumi:getResource") throw new Error(`This player has no ${request.getTok()}.`);
      // The message has another name in newer SDKs.
      const { responseType: Answer } = sdk.resourceServices.ResourceMonitorService.invoke;
      return new Answer().setReturn(Struct.fromJavaScript(known.get(urn)));
    }),
    registerResourceOutputs: call((request) => {
      onOutputs(request.getOutputs()?.toJavaScript() ?? {});
      return new Empty();
    }),
    signalAndWaitForShutdown: call(() => {
      registered.resolve();
      return released.then(() => new Empty());
    }),
  });
  server.addService(sdk.engineServices.EngineService, {
    log: call((request) => {
      const severity = SEVERITIES[request.getSeverity()];
      if (severity && !request.getEphemeral()) log(severity, request.getMessage());
      return new Empty();
    }),
    getRootResource: call(() => new engine.GetRootResourceResponse().setUrn(root)),
    setRootResource: call((request) => {
      root = request.getUrn();
      return new engine.SetRootResourceResponse();
    }),
  });
  const port = await new Promise((resolve, reject) => {
    const bound = (error, number) => (error ? reject(error) : resolve(number));
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), bound);
  });
  return {
    address: `127.0.0.1:${port}`,
    /** Resolves when the program has registered everything; rejects with what failed. */
    registered,
    /** Lets the program end. */
    release: () => released.resolve(),
    onRegister: (work) => (onRegister = work),
    onOutputs: (work) => (onOutputs = work),
    close: () => server.forceShutdown(),
  };
}

function promise() {
  let settle;
  const made = new Promise((resolve, reject) => (settle = { resolve, reject }));
  // Who awaits it hears of it; a run that failed elsewhere does not.
  made.catch(() => {});
  return Object.assign(made, settle);
}
