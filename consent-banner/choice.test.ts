import { describe, expect, it } from "vitest";
import { actionOf, nextIdentity, randomToken } from "./choice.ts";

const nothing = { preferences: false, analytics: false, marketing: false };
const everything = { preferences: true, analytics: true, marketing: true };
const some = { ...nothing, analytics: true };

describe("the name of an act", () => {
  it.each([
    ["accept", everything, nothing, "accept_all"],
    ["reject", nothing, nothing, "reject_all"],
    ["reject", nothing, some, "withdraw"],
    ["save", some, nothing, "custom"],
    ["save", nothing, nothing, "custom"],
    ["save", nothing, some, "withdraw"],
    ["save", some, everything, "custom"],
    ["gpc", nothing, some, "gpc"],
  ] as const)("%s of %j after %j is %s", (button, wanted, before, action) => {
    expect(actionOf(button, wanted, before)).toBe(action);
  });
});

describe("an identity", () => {
  it("is new with choice 1 for who has none", () => {
    const { id, secret, choice } = nextIdentity(null);
    expect(id).toMatch(/^cns_[A-Za-z0-9_-]{22}$/);
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(secret, "base64url")).toHaveLength(32);
    expect(choice).toBe(1);
    expect(nextIdentity(null).id).not.toBe(id);
  });

  it("stays and counts up for who has one", () => {
    const known = { id: "cns_x", secret: "s", choice: 7 };
    expect(nextIdentity(known)).toEqual({ ...known, choice: 8 });
  });

  it("is canonical base64url, whatever the bytes", () => {
    for (let i = 0; i < 200; i++) {
      const token = randomToken(32);
      expect(Buffer.from(token, "base64url").toString("base64url")).toBe(token);
    }
  });
});
