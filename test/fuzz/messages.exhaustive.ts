// Arbitrary gRPC messages: in this process for volume, and against both providers' real processes.
import { afterAll, beforeAll, describe } from "@jest/globals";
import fc from "fast-check";
import { type BillingSimulator, startSimulator } from "../../provider/testing/simulator";
import { type LoggingEngine, startLoggingEngine } from "../support/engineLog";
import { type Lie, lies } from "./answers";
import { flawsOfMessage } from "./exchange";
import { InProcess } from "./inProcess";
import { messages } from "./messages";
import { OwnProcess } from "./ownProcess";
import { holds } from "./property";
import { type Amounts, LIFE, type Message, OTHERS, type ProviderCalls } from "./requests";
import type { Subject } from "./subject";
import { amounts } from "./values";

// Nothing that is tried again: a process waits half a second and more before it does.
const STATUSES = [200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 418];

let cloudflare: BillingSimulator;
let engine: LoggingEngine;
let methods: Subject;
const processes = new Map<ProviderCalls, Subject>();

beforeAll(async () => {
  [cloudflare, engine] = await Promise.all([startSimulator(), startLoggingEngine()]);
  methods = new InProcess(cloudflare, engine);
  for (const provider of ["plugin", "host"] as const) processes.set(provider, new OwnProcess(provider, cloudflare));
  await Promise.all([methods, ...processes.values()].map((subject) => subject.renew()));
});
afterAll(async () => {
  await Promise.all([...processes.values()].map((subject) => subject.stop()));
  engine.close();
  await cloudflare.close();
});

async function inProcess(message: Message): Promise<string[]> {
  await methods.renew();
  return flawsOfMessage(methods, cloudflare, message);
}

describe("the plugin's methods", () => {
  holds("answer every well-formed message, whatever is in it, with an answer or with a readable message", {
    name: "messages",
    cases: messages([...LIFE, ...LIFE, ...OTHERS], false),
    runs: 60,
    flaws: inProcess,
  });

  holds("answer every damaged message, and send nothing that it does not declare", {
    name: "bytes",
    cases: messages([...LIFE, ...LIFE, ...OTHERS], true),
    runs: 60,
    flaws: inProcess,
  });
});

interface Attempt {
  provider: ProviderCalls;
  message: Message;
  live: Amounts | null;
  told: Lie[];
}

describe("both providers' processes", () => {
  const message = fc.oneof(messages(LIFE, false), messages(LIFE, false), messages(LIFE, true));
  const told = fc.oneof(fc.constant<Lie[]>([]), fc.array(lies(STATUSES), { maxLength: 2 }));
  const attempts = fc.oneof(
    fc.record({ provider: fc.constantFrom<ProviderCalls>("plugin", "host"), message, live: fc.option(amounts), told }),
    fc.record({
      provider: fc.constant<ProviderCalls>("plugin"),
      message: messages(OTHERS, false),
      live: fc.constant(null),
      told,
    }),
  );

  holds("go on answering whatever they are sent, and whatever Cloudflare answers them", {
    name: "processes",
    cases: attempts,
    runs: 40,
    async flaws({ provider, message, ...world }: Attempt) {
      const subject = processes.get(provider);
      if (!subject) throw new Error(`No process for ${provider}.`);
      return flawsOfMessage(subject, cloudflare, message, world);
    },
  });
});
