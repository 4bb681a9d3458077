// One fault of each family that needs no settings of its own. faults.exhaustive.ts has all of them.
import { describe } from "@jest/globals";
import { FAMILIES, ROWS } from "./families";
import { declareTests } from "./suite";

const firsts = FAMILIES.flatMap(({ faults }) => faults.find(({ process }) => process === undefined) ?? []);
// Refused for a reason that a change in the dashboard does not cure.
firsts.push(...FAMILIES.flatMap(({ faults }) => faults.filter(({ name }) => name === "403, the token's location")));

describe("every call under one fault of each family (promises 13, 16 and 17)", () => {
  declareTests(ROWS.filter(({ fault }) => firsts.includes(fault)));
});
