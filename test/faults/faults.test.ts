// Every call under one fault of each family that needs no settings of its own, through both providers (promises 13, 16 and 17).
// faults.exhaustive.ts has all of them.
import { FAMILIES, ROWS } from "./families";
import { declareTests } from "./suite";

const firsts = FAMILIES.flatMap(({ faults }) => faults.find(({ process }) => process === undefined) ?? []);

declareTests(ROWS.filter(({ fault }) => firsts.includes(fault)));
