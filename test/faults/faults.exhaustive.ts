// Every call under every fault, through both providers. See suite.ts for how the table is played.
import { expect, it } from "@jest/globals";
import { ROWS } from "./families";
import { declareTests } from "./suite";

const { played, strays } = declareTests(ROWS, (others) => [
  { processes: ["usual", "silent"] },
  // A machine that is busy with the stage before could be too slow for those of short timeouts.
  { processes: ["limited", "hasty", "refused"], prepare: others.refuse },
  { processes: ["spent"], lanes: 1 },
]);

it("another host that a redirect names gets no request, and so no credential", () => {
  expect(played.flat().filter(({ message }) => message?.includes("Cloudflare answered 307"))).toHaveLength(12);
  expect(strays()).toEqual([]);
});
