// What must hold for one message and its answer, whoever answers: alive, bounded, readable messages, named properties, no request that nobody asked
// for. Written without a line of provider/, so that a mistake there is not repeated here.
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { BillingSimulator } from "../../provider/testing/simulator";
import { grpc } from "../support/engineLog";
import { faultOf, type Lie } from "./answers";
import { declaredBy, unasked } from "./money";
import { type Amounts, bytesOf, type Message } from "./requests";
import { flawsOf } from "./rules";
import { type Answer, parse, type Subject } from "./subject";
import { revive } from "./values";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

export interface World {
  live: Amounts | null;
  told: readonly Lie[];
}

/** Sends one message and says what is wrong with what came of it. A subject that does not answer any more is renewed. */
export async function flawsOfMessage(
  subject: Subject,
  cloudflare: BillingSimulator,
  message: Message,
  { live, told }: World = { live: null, told: [] },
): Promise<string[]> {
  cloudflare.reset();
  const accountId = accountOf(message);
  if (accountId) cloudflare.setConfig(accountId, live);
  for (const lie of told) cloudflare.fault(faultOf(lie));
  const bytes = bytesOf(message, subject.provider, subject.added);
  const answer = await subject.send(message.method, bytes);
  const isPlain = accountId !== null && told.length === 0 && message.edits.length === 0;
  const flaws = [
    ...flawsOfAnswer(message, answer, subject.provider === "host" && message.edits.length > 0),
    ...flawsOfRequests(message, bytes, subject, cloudflare, isPlain ? live : undefined),
    ...subject.said().flatMap(flawsOf),
  ];
  cloudflare.clearFaults();
  const alive = await isAlive(subject);
  if (!alive) await subject.renew();
  else if (message.method === "configure") await subject.configure();
  return alive ? flaws : [...flaws, "it no longer answers"];
}

/** The account that a message is about; null where it names none. */
function accountOf({ method, id, news }: Message): string | null {
  const named: unknown = method === "create" ? Object(revive(news)).accountId : id;
  return typeof named === "string" && /^[0-9a-f]{32}$/i.test(named) ? named : null;
}

async function isAlive(subject: Subject): Promise<boolean> {
  const news = { accountId: "0".repeat(32), amount: 1000, threshold: 500 };
  const healthy = { method: "check" as const, urn: "urn:pulumi:dev::project::TYPE::alive", id: "", edits: [] };
  const bytes = bytesOf({ ...healthy, olds: {}, news, preview: false }, subject.provider, subject.added);
  const answer = await subject.send("check", bytes);
  return "response" in answer || answer.code === grpc.status.UNKNOWN;
}

function flawsOfAnswer({ method, edits }: Message, answer: Answer, isForeign: boolean): string[] {
  if ("code" in answer) {
    const { UNAVAILABLE, DEADLINE_EXCEEDED, UNKNOWN, CANCELLED } = grpc.status;
    if (answer.code === DEADLINE_EXCEEDED) return ["it hangs"];
    if (answer.code === UNAVAILABLE || answer.code === CANCELLED) return [`it crashes: ${answer.text}`];
    if (answer.code !== UNKNOWN || isForeign) return [];
    // Values that are nothing at all come only of damage, and the protocol's own code refuses them.
    return flawsOf(edits.length > 0 ? answer.text.replace("Unexpected failure, please report it", "") : answer.text);
  }
  if (method !== "check" && method !== "checkConfig" && method !== "invoke") return [];
  const response = ResourceProviderService[method].responseDeserialize(answer.response);
  return response
    .getFailuresList()
    .flatMap((failure) => [
      ...flawsOf(failure.getReason()),
      ...(typeof failure.getProperty() === "string" ? [] : ["a failure names no property"]),
    ]);
}

function flawsOfRequests(
  { method }: Message,
  bytes: Buffer,
  { provider }: Subject,
  cloudflare: BillingSimulator,
  found: Amounts | null | undefined,
): string[] {
  const { requests } = cloudflare;
  const request: unknown = parse(
    ResourceProviderService[method].requestDeserialize as (bytes: Buffer) => unknown,
    bytes,
  );
  const write = request instanceof proto.CreateRequest || request instanceof proto.UpdateRequest ? request : null;
  const isSilent = !(write || request instanceof proto.ReadRequest || request instanceof proto.DeleteRequest);
  if (write ? write.getPreview() && provider === "plugin" : isSilent && method !== "invoke") {
    return requests.length === 0 ? [] : [`${method} makes a request`];
  }
  const news = write instanceof proto.CreateRequest ? write.getProperties() : write?.getNews();
  const declared = write ? declaredBy(plain(news, provider)) : null;
  const removed = request instanceof proto.DeleteRequest ? request.getId() : null;
  return unasked(requests, { declared, removed, found: method === "create" ? found : undefined });
}

/** ProviderCalls 2 is sent secrets and outputs and takes what is in them; nobody sends those to provider 1. */
function plain(values: Struct | undefined, provider: Subject["provider"]): unknown {
  // Null for a damaged one that holds no value where one must be.
  const own = parse((struct: Struct) => struct.toJavaScript(), values ?? new Struct());
  return provider === "plugin" ? unsigned(own, true) : own;
}

function unsigned(value: unknown, isTop = false): unknown {
  if (Array.isArray(value)) return value.map((one) => unsigned(one));
  if (typeof value !== "object" || value === null) return value;
  const own = new Map<string, unknown>(Object.entries(value));
  const signature = own.get(SIGNATURE);
  if (!isTop && signature === SECRET) return unsigned(own.get("value"));
  if (!isTop && signature === OUTPUT) return own.has("value") ? unsigned(own.get("value")) : "not known";
  return Object.fromEntries([...own].map(([key, one]) => [key, unsigned(one)]));
}
