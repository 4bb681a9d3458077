// Runs before every test file: a test that holds a promise has to assert something. promises.test.ts counts such tests by their titles.
import { beforeEach, expect } from "@jest/globals";

beforeEach(() => {
  if (/\(promises? \d/.test(expect.getState().currentTestName ?? "")) expect.hasAssertions();
});
