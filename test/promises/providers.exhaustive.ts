// The promises about several explicit providers in one program, each a process of its own, with the local engine.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import type { LocalStack } from "../../provider/testing";
import { AMOUNTS, messages, openPlayground, type Playground, requestsOf, stepsOf } from "../support/play";

const PROVIDERS = `const { Provider } = require("pulumi-cloudflare-ai-gateway-billing-sdk");
const settings = { apiToken: process.env.TOKEN, baseUrl: process.env.ADDRESS };
const [one, two] = ["one", "two"].map((name) => new Provider(name, settings));
const declared = { accountId: A, ${AMOUNTS} };`;

let ground: Playground;
let stack: LocalStack;
/** Where the processes of a run meet. */
let shared: string;

beforeAll(async () => {
  ground = await openPlayground("the plugin");
  shared = mkdtempSync(path.join(tmpdir(), "auto-topup-shared-"));
});
afterAll(async () => {
  await ground.close();
  rmSync(shared, { recursive: true });
});
beforeEach(() => {
  ground.cloudflare.reset();
  const env = { TOKEN: ground.cloudflare.apiToken, ADDRESS: ground.cloudflare.url, TMPDIR: shared };
  stack = ground.open({ env });
});

it.each([
  ["under a new name", 'new AutoTopupConfig("renamed", declared, { provider: two });', "create renamed"],
  [
    "into a component",
    `const box = new pulumi.ComponentResource("tested:index:Box", "box", {}, { providers: [two] });
    new AutoTopupConfig("x", declared, { parent: box });`,
    "create x",
  ],
])("a resource that moves to another provider, %s, is never switched off (promise 11)", async (_, moving, created) => {
  ground.declare(`${PROVIDERS}\nnew AutoTopupConfig("x", declared, { provider: one });`);
  expect((await stack.up()).ok).toBe(true);
  ground.declare(`${PROVIDERS}\n${moving}`);
  const moved = await stack.up();
  expect([stepsOf(moved), requestsOf(moved)]).toEqual([[created, "delete x"], ["GET 200"]]);
  expect(messages(moved, "warning").join()).toContain(
    "was not removed: 'CREATED' declares the same account now".replace("CREATED", created.replace("create ", "")),
  );
  expect(ground.cloudflare.config("a".repeat(32))).toEqual({ amount: 5000, threshold: 1000 });
  expect(readdirSync(shared)).toEqual([]);
});

it("a second resource of another provider is refused in the preview (promise 24)", async () => {
  ground.declare(`${PROVIDERS}
new AutoTopupConfig("x", declared, { provider: one });
new AutoTopupConfig("b", declared, { provider: two });`);
  const preview = await stack.preview();
  expect(messages(preview, "error").join()).toMatch(/is declared twice in this stack, by '[xb]' and by '[xb]'/);
  expect(requestsOf(preview)).toEqual([]);
});
