// Every call under every fault, through both providers. suite.ts says how the table is played.
import { expect, it } from "@jest/globals";
import { declareTests } from "./suite";

const { messages, strays } = declareTests();

it("another host that a redirect names gets no request, and so no credential", () => {
  expect(messages().filter((message) => message?.includes("Cloudflare answered 307"))).toHaveLength(10);
  expect(strays()).toBe(0);
});
