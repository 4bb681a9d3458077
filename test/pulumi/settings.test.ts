// What one setting by itself may be.
import { describe, expect, it } from "@jest/globals";
import { refuseSetting } from "../../provider/pulumi/settings";

const canary = "canary-token-0123456789";

describe("a setting by itself", () => {
  it("is accepted without the others", () => {
    expect(refuseSetting("apiKey", "key")).toBeNull();
    expect(refuseSetting("baseUrl", "https://proxy.example")).toBeNull();
    expect(refuseSetting("maxAmount", "10000")).toBeNull();
  });

  it("is refused for its own sake, without being shown", () => {
    expect(refuseSetting("apiToken", `${canary} x`)).toMatch(/^'apiToken' holds a space/);
    expect(refuseSetting("apiToken", `${canary} x`)).not.toContain(canary);
    expect(refuseSetting("baseUrl", "http://proxy.example")).toMatch(/^'baseUrl' must be an https/);
    expect(refuseSetting("maxAmount", "ten")).toMatch(/must be a whole number of US cents/);
  });
});
