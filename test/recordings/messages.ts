// The engine's messages between their JSON, as recordings have it, and gRPC. Answers are reduced to what a program can tell by: an error is
// an error and a failed check names its properties, whatever the words.
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { Message } from "google-protobuf";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { CallError, type GrpcError } from "../support/callError";
import type { Values } from "./recording";

const REQUESTS: Readonly<Record<string, new () => Message>> = {
  Handshake: proto.ProviderHandshakeRequest,
  CheckConfig: proto.CheckRequest,
  DiffConfig: proto.DiffRequest,
  Configure: proto.ConfigureRequest,
  Check: proto.CheckRequest,
  Diff: proto.DiffRequest,
  Create: proto.CreateRequest,
  Update: proto.UpdateRequest,
  Read: proto.ReadRequest,
  Delete: proto.DeleteRequest,
  Invoke: proto.InvokeRequest,
  Cancel: Empty,
};

/** What a call came to. */
export type Answer = Values;
type Method = (request: Message, done: (error: GrpcError | null, response: Message) => void) => void;

/** Sends one call. Never rejects: an error is an answer. */
export function send(client: ResourceProviderClient, method: string, request: Values): Promise<Answer> {
  const name = method.charAt(0).toLowerCase() + method.slice(1);
  const call = (client as unknown as Record<string, Method>)[name];
  if (!call) throw new Error(`No such call: ${method}`);
  return new Promise((resolve) => {
    call.call(client, message(method, request), (error, response) =>
      resolve(error ? failed(new CallError(error).initError !== null) : reduced(fieldsOf(response))),
    );
  });
}

/** How an error is compared: by whether the engine is to keep the resource as created, but not ready. */
export function failed(initialized: boolean): Answer {
  return { error: initialized ? "initialization error" : "error" };
}

function message(method: string, request: Values): Message {
  const Request = REQUESTS[method];
  if (!Request) throw new Error(`No such call: ${method}`);
  const filled = new Request();
  const methods = methodsOf(filled);
  for (const [field, value] of Object.entries(request)) {
    // Bytes that mean nothing to these providers.
    if (field === "randomSeed") continue;
    const map = methods.get(`get${field}map`.toLowerCase());
    if (map) {
      for (const [key, one] of Object.entries(value as Values)) (map() as Map<string, unknown>).set(key, one);
      continue;
    }
    const set = methods.get(`set${field}${Array.isArray(value) ? "list" : ""}`.toLowerCase());
    if (!set) throw new Error(`${method} has no field '${field}'.`);
    const isStruct = typeof value === "object" && !Array.isArray(value);
    set(isStruct ? Struct.fromJavaScript(value as never) : value);
  }
  return filled;
}

/** Its methods by their names in lower case: protoc spells some fields otherwise than JSON does. */
function methodsOf(message: Message): Map<string, (value?: unknown) => unknown> {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(message));
  const all = message as unknown as Record<string, (value?: unknown) => unknown>;
  return new Map(names.map((name) => [name.toLowerCase(), (value) => all[name]?.call(message, value)]));
}

function fieldsOf(response: Message): Values {
  const methods = methodsOf(response);
  const fields = Object.keys(response.toObject()).map((key): [string, unknown] => {
    // protoc sets "pb_" before a word of JavaScript.
    const field = key.replace(/^pb_/, "");
    const value = methods.get(`get${field}`.toLowerCase())?.();
    const name = field.replace(/(List|Map)$/, "");
    if (value instanceof Struct) return [name, value.toJavaScript()];
    if (key.endsWith("Map")) return [name, Object.fromEntries(kindsOf(value as Map<string, proto.PropertyDiff>))];
    return [name, name === "changes" ? nameIn(proto.DiffResponse.DiffChanges, value) : value];
  });
  return Object.fromEntries(fields);
}

function kindsOf(diffs: Map<string, proto.PropertyDiff>): [string, unknown][] {
  const kinds: [string, unknown][] = [];
  diffs.forEach((diff, name) => {
    const kind = nameIn(proto.PropertyDiff.Kind, diff.getKind());
    kinds.push([name, { ...(kind === "ADD" ? {} : { kind }), ...(diff.getInputdiff() ? { inputDiff: true } : {}) }]);
  });
  return kinds;
}

function nameIn(names: object, value: unknown): string | undefined {
  return Object.entries(names).find(([, one]) => one === value)?.[0];
}

/** An answer without what is empty, without the words of failures, and without what names a resource of the program to the provider. */
export function reduced(response: Values): Answer {
  const isEmpty = (value: unknown) =>
    value === undefined ||
    value === "" ||
    value === false ||
    (typeof value === "object" && !Object.keys(value ?? {})[0]);
  const fields = Object.entries(response).map(([name, value]): [string, unknown] => {
    if (name === "failures") return [name, (value as unknown[]).map(propertyOf).sort()];
    if (name === "inputs" || name === "properties") {
      const { __resource, ...rest } = (value ?? {}) as Values;
      return [name, rest];
    }
    return [name.toLowerCase(), value];
  });
  return Object.fromEntries(fields.filter(([, value]) => !isEmpty(value)));
}

function propertyOf(failure: unknown): string {
  return failure instanceof proto.CheckFailure ? failure.getProperty() : String((failure as Values).property ?? "");
}
