// Turns a case into the bytes that the engine would send to a provider, damaged where the case says so.
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type Json, revive, reviveText } from "./values";

export type Amounts = { amount: number; threshold: number };

export type Edit = [at: number, how: "set" | "insert" | "cut", byte: number];

export interface Message {
  method: Method;
  urn: string;
  id: string;
  olds: Json;
  news: Json;
  preview: boolean;
  /** Damage to the bytes: where (in thousandths of the length), how, and with which byte. */
  edits: readonly Edit[];
}

/** The calls about a resource, which both providers answer with our own code. */
export const LIFE = ["check", "diff", "create", "update", "read", "delete"] as const;
/** The calls that only the plugin answers. Left out is cancel, after which every request is refused. */
export const OTHERS = [
  "invoke",
  "checkConfig",
  "diffConfig",
  "configure",
  "getSchema",
  "getMapping",
  "construct",
] as const;
export type Method = (typeof LIFE)[number] | (typeof OTHERS)[number];

const TYPES = {
  plugin: "cloudflare-ai-gateway-billing:index:AutoTopupConfig",
  host: "pulumi-nodejs:dynamic/cloudflare-ai-gateway-billing:AutoTopupConfig",
};
export type ProviderCalls = keyof typeof TYPES;

/** The bytes of a message, as the engine would send them through a provider. */
export function bytesOf(message: Message, provider: ProviderCalls, added: Record<string, unknown> = {}): Buffer {
  const service = ResourceProviderService[message.method];
  const bytes = service.requestSerialize(requestOf(message, provider, added) as never);
  return message.edits.reduce(damage, bytes);
}

function damage(bytes: Buffer, [at, how, byte]: Edit): Buffer {
  const place = Math.floor((bytes.length * at) / 1000);
  if (how === "cut") return bytes.subarray(0, place);
  const rest = bytes.subarray(how === "set" ? place + 1 : place);
  return Buffer.concat([bytes.subarray(0, place), Buffer.from([byte]), rest]);
}

function requestOf(message: Message, provider: ProviderCalls, added: Record<string, unknown>): object {
  const { method, preview } = message;
  const [urn, id] = [String(reviveText(message.urn)).replace("TYPE", TYPES[provider]), String(reviveText(message.id))];
  const [olds, news] = [struct(message.olds, added), struct(message.news, added)];
  switch (method) {
    case "check":
    case "checkConfig":
      return new proto.CheckRequest().setUrn(urn).setOlds(olds).setNews(news);
    case "diff":
    case "diffConfig":
      return new proto.DiffRequest().setUrn(urn).setId(id).setOlds(olds).setOldInputs(olds).setNews(news);
    case "create":
      return new proto.CreateRequest().setUrn(urn).setProperties(news).setPreview(preview);
    case "update":
      return new proto.UpdateRequest().setUrn(urn).setId(id).setOlds(olds).setNews(news).setPreview(preview);
    case "read":
      return new proto.ReadRequest().setUrn(urn).setId(id).setProperties(olds).setInputs(news);
    case "delete":
      return new proto.DeleteRequest().setUrn(urn).setId(id).setProperties(olds);
    case "invoke":
      return new proto.InvokeRequest().setTok(id).setArgs(news);
    case "configure":
      return new proto.ConfigureRequest().setArgs(news);
    case "getSchema":
      return new proto.GetSchemaRequest().setVersion(id.length).setSubpackageName(urn);
    case "getMapping":
      return new proto.GetMappingRequest().setKey(id).setProvider(urn);
    case "construct":
      return new proto.ConstructRequest().setType(id).setName(urn);
  }
}

function struct(value: Json, added: Record<string, unknown>): Struct {
  const revived = revive(value);
  const object = typeof revived === "object" && revived !== null ? revived : { value: revived };
  return Struct.fromJavaScript({ ...object, ...added } as never);
}
