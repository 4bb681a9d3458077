// Arbitrary gRPC messages: well-formed ones with anything inside, and ones whose bytes were damaged.
import fc from "fast-check";
import type { Edit, Message, Method } from "./requests";
import { hostileText, inputs, type JsonObject, junk, objectOf, state } from "./values";

const urn = fc.oneof(
  { weight: 6, arbitrary: fc.constant("urn:pulumi:dev::project::TYPE::credits") },
  { weight: 1, arbitrary: hostileText.map((text) => `urn:pulumi:dev::project::TYPE::${text}`) },
  { weight: 1, arbitrary: hostileText.map((text) => `urn:pulumi:dev::project::${text}::credits`) },
  { weight: 1, arbitrary: hostileText },
);
const FUNCTIONS = ["getAutoTopupConfig", "getCreditBalance"].map(
  (name) => `cloudflare-ai-gateway-billing:index:${name}`,
);
const SETTINGS = [
  "apiToken",
  "apiKey",
  "email",
  "maxAmount",
  "timeoutSeconds",
  "deadlineSeconds",
  "version",
  "maxAmont",
];
// Never a usable address: nothing but the simulator may be asked.
const settings: fc.Arbitrary<JsonObject> = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...SETTINGS), hostileText), junk))
  .map(objectOf)
  .map(({ baseUrl, ...rest }) => rest);

/** @param edited whether the bytes are damaged as well. */
export function messages(methods: readonly Method[], edited: boolean): fc.Arbitrary<Message> {
  const how = fc.constantFrom<Edit[1]>("set", "insert", "cut");
  const edit = fc.tuple(fc.nat({ max: 999 }), how, fc.nat({ max: 255 }));
  const edits: fc.Arbitrary<Edit[]> = fc.array(edit, edited ? { minLength: 1, maxLength: 3 } : { maxLength: 0 });
  return fc
    .record({
      method: fc.constantFrom(...methods),
      urn,
      olds: state,
      news: inputs,
      args: settings,
      own: fc.nat({ max: 5 }),
      text: hostileText,
      preview: fc.boolean(),
      edits,
    })
    .map(({ own, text, args, news, method, ...rest }) => {
      const ofProvider = method === "configure" || method === "checkConfig" || method === "diffConfig";
      const id =
        method === "invoke"
          ? (FUNCTIONS[own] ?? text)
          : own === 0 || typeof news.accountId !== "string"
            ? text
            : news.accountId;
      return { ...rest, method, id, news: ofProvider ? args : news, olds: ofProvider ? args : rest.olds };
    });
}
