// Arbitrary gRPC messages, well-formed and damaged, against both providers' real processes. Whatever they are sent, they go on answering, in
// readable messages, and send Cloudflare nothing but what was declared.

import { afterAll, beforeAll, describe } from "@jest/globals";
import { type ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { DynamicHost } from "../support/dynamicHost";
import { grpc } from "../support/engineLog";
import { Plugin } from "../support/plugin";
import { PROVIDER } from "../support/providers";
import { lies } from "./answers";
import { type Amounts, declaredBy, unasked } from "./money";
import { holds } from "./property";
import { flawsOf } from "./rules";
import { amounts, hostileText, inputs, type Properties, state, unsigned } from "./values";

// Nothing that is tried again: a process waits half a second and more before it does.
const STATUSES = [200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 418];
const LIFE = ["check", "diff", "create", "update", "read", "delete"] as const;
// Not cancel, after which every request is refused, and not configure, which could name an address that is not the simulator's.
const OTHERS = ["invoke", "checkConfig", "diffConfig", "getSchema", "getMapping", "construct"] as const;
type Method = (typeof LIFE)[number] | (typeof OTHERS)[number];
const DEADLINE_MS = 20_000;

let cloudflare: BillingSimulator;
let plugin: Plugin;
let host: DynamicHost;

beforeAll(async () => {
  cloudflare = await startSimulator();
  [plugin, host] = await Promise.all([Plugin.start(), DynamicHost.start({}, { light: true })]);
  const { apiToken, url } = cloudflare;
  await plugin.configure({ apiToken, baseUrl: url });
  await host.configure({ "cloudflare:apiToken": apiToken, "cloudflare:baseUrl": url });
});
afterAll(async () => {
  await Promise.all([plugin.stop(), host.stop(), cloudflare.close()]);
});

interface Message {
  method: Method;
  id: string;
  urn: string;
  olds: unknown;
  news: Properties;
  preview: boolean;
}

function requestOf({ method, id, urn, olds: before, news: after, preview }: Message): {
  serializeBinary(): Uint8Array;
} {
  const [olds, news] = [before, after].map((value) => Struct.fromJavaScript(Object(value)));
  if (method === "check" || method === "checkConfig")
    return new proto.CheckRequest().setUrn(urn).setOlds(olds).setNews(news);
  if (method === "diff" || method === "diffConfig")
    return new proto.DiffRequest().setUrn(urn).setId(id).setOlds(olds).setOldInputs(olds).setNews(news);
  if (method === "create") return new proto.CreateRequest().setUrn(urn).setProperties(news).setPreview(preview);
  if (method === "update")
    return new proto.UpdateRequest().setUrn(urn).setId(id).setOlds(olds).setNews(news).setPreview(preview);
  if (method === "read") return new proto.ReadRequest().setUrn(urn).setId(id).setProperties(olds).setInputs(news);
  if (method === "delete") return new proto.DeleteRequest().setUrn(urn).setId(id).setProperties(olds);
  if (method === "invoke") return new proto.InvokeRequest().setTok(id).setArgs(news);
  if (method === "getSchema") return new proto.GetSchemaRequest().setSubpackageName(urn);
  if (method === "getMapping") return new proto.GetMappingRequest().setKey(id).setProvider(urn);
  return new proto.ConstructRequest().setType(id).setName(urn);
}

interface Answer {
  code: number;
  text: string;
}

function send(client: ResourceProviderClient, method: Method, bytes: Buffer): Promise<Answer> {
  const same = (buffer: Buffer) => buffer;
  const options = { deadline: Date.now() + DEADLINE_MS };
  const { path } = ResourceProviderService[method];
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, same, same, bytes, new grpc.Metadata(), options, (error) =>
      resolve(error ? { code: error.code, text: error.details } : { code: grpc.status.OK, text: "" }),
    );
  });
}

const edit = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom("set", "insert", "cut"), fc.nat(255));
type Edit = typeof edit extends fc.Arbitrary<infer One> ? One : never;

function damage(bytes: Buffer, [share, how, byte]: Edit): Buffer {
  const place = Math.floor(bytes.length * share);
  if (how === "cut") return bytes.subarray(0, place);
  const rest = bytes.subarray(how === "set" ? place + 1 : place);
  return Buffer.concat([bytes.subarray(0, place), Buffer.from([byte]), rest]);
}

const functions = ["getAutoTopupConfig", "getCreditBalance"].map(
  (name) => `cloudflare-ai-gateway-billing:index:${name}`,
);
const urn = fc.oneof(
  fc.constant("urn:pulumi:dev::project::TYPE::credits"),
  hostileText.map((text) => `urn:pulumi:dev::${text}`),
);
const parts = {
  urn,
  olds: state,
  news: inputs,
  text: hostileText,
  fn: fc.constantFrom(...functions),
  preview: fc.boolean(),
};
const idOf = (accountId: unknown, text: string) => (typeof accountId === "string" ? accountId : text);
const messages = (methods: readonly Method[]) =>
  fc.record({ method: fc.constantFrom(...methods), ...parts }).map(
    ({ text, fn, ...rest }): Message => ({
      ...rest,
      id: rest.method === "invoke" ? fn : idOf(rest.news.accountId, text),
    }),
  );
const world = { live: fc.option(amounts), told: fc.oneof(fc.constant([]), lies(STATUSES)) };
const edits = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Edit[]>([]) },
  fc.array(edit, { minLength: 1, maxLength: 3 }),
);
const cases = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ name: fc.constantFrom("plugin", "host"), message: messages(LIFE), edits, ...world }),
  },
  { weight: 1, arbitrary: fc.record({ name: fc.constant("plugin"), message: messages(OTHERS), edits, ...world }) },
);

describe("both providers' processes", () => {
  holds("go on answering whatever they are sent, and whatever Cloudflare answers them", 250, cases, async (one) => {
    const provider = one.name === "plugin" ? plugin : host;
    const client: ResourceProviderClient = Reflect.get(provider, "client");
    const message =
      one.name === "plugin" ? one.message : { ...one.message, news: { ...one.message.news, __provider: PROVIDER } };
    cloudflare.reset();
    if (/^[0-9a-f]{32}$/i.test(message.id)) cloudflare.setConfig(message.id, one.live);
    for (const lie of one.told) cloudflare.fault(lie);
    const lines = provider.log.length;
    const whole = Buffer.from(requestOf({ ...message, olds: withProvider(message.olds, one.name) }).serializeBinary());
    const { code, text } = await send(client, message.method, one.edits.reduce(damage, whole));
    const flaws = provider.log.slice(lines).flatMap(flawsOf);
    if (code === grpc.status.DEADLINE_EXCEEDED) flaws.push("it hangs");
    if (code === grpc.status.UNAVAILABLE) flaws.push(`it crashes: ${text}`);
    // What the protocol's own code says of damaged bytes is not ours.
    if (code === grpc.status.UNKNOWN && one.edits.length === 0) flaws.push(...flawsOf(text));
    if (one.edits.length === 0) flaws.push(...unaskedBy(message, one.name, one.live, one.told.length > 0));
    cloudflare.clearFaults();
    const alive = await send(
      client,
      "check",
      Buffer.from(requestOf({ ...message, method: "check", ...ALIVE }).serializeBinary()),
    );
    return alive.code === grpc.status.UNAVAILABLE || alive.code === grpc.status.DEADLINE_EXCEEDED
      ? [...flaws, "it is gone"]
      : flaws;
  });
});

const ALIVE = { olds: {}, news: { __provider: PROVIDER }, urn: "urn:pulumi:dev::project::TYPE::alive" };

function withProvider(olds: unknown, name: string): unknown {
  return name === "plugin" ? olds : { ...Object(olds), __provider: PROVIDER };
}

/** The requests that a well-formed message must not cause. */
function unaskedBy(
  { method, news, id, preview }: Message,
  name: string,
  live: Amounts | null,
  isLiedTo: boolean,
): string[] {
  const { requests } = cloudflare;
  const isWrite = method === "create" || method === "update";
  const isSilent = !["read", "delete", "invoke"].includes(method) && !(isWrite && !(preview && name === "plugin"));
  if (isSilent) return requests.length === 0 ? [] : [`${method} makes a request`];
  // The plugin takes secrets and outputs, and what is in them.
  const plain = Object.entries(news).map(([key, value]) => [key, name === "plugin" ? unsigned(value) : value]);
  const declared = isWrite ? declaredBy(Object.fromEntries(plain)) : null;
  const found = method === "create" && !isLiedTo ? live : undefined;
  return unasked(requests, { declared, removed: method === "delete" ? id : null, found });
}
