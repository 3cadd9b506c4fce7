import { describe, expect, it } from "vitest";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { decodeUtf8, utf8 } from "./bytes.ts";
import vectors from "./fixtures/tree-vectors.json" with { type: "json" };
import { canonicalJson, commitmentOf, parseLeaf, renderLeaf } from "./leaf.ts";

const { record, salt, commitment, leaf } = vectors.opening;
const saltBytes = decodeBase64(salt) ?? new Uint8Array();

describe("leaves", () => {
  it("commits to a record as another implementation does, whatever the order of its keys", () => {
    expect(encodeBase64(commitmentOf(record, saltBytes))).toBe(commitment);
    const turned = Object.fromEntries(Object.entries(record).reverse());
    expect(encodeBase64(commitmentOf(turned, saltBytes))).toBe(commitment);
    expect(encodeBase64(commitmentOf({ ...record, choice: 2 }, saltBytes))).not.toBe(commitment);
  });

  it("writes the public entry as another implementation does", () => {
    const bytes = commitmentOf(record, saltBytes);
    expect(decodeUtf8(renderLeaf({ kind: "consent", commitment: bytes }))).toBe(leaf);
    expect(parseLeaf(utf8(leaf))).toEqual({ kind: "consent", commitment: bytes });
    const open = renderLeaf({ kind: "policy", sha256: bytes });
    expect(decodeUtf8(open)).toBe(`{"kind":"policy","sha256":"${commitment}","v":1}`);
    expect(parseLeaf(open)).toEqual({ kind: "policy", sha256: bytes });
  });

  it.each([
    ["an unknown kind", leaf.replace("consent", "consents")],
    ["a committed kind that stands openly", `{"kind":"consent","sha256":"${commitment}","v":1}`],
    ["an open kind behind a commitment", leaf.replace("consent", "policy")],
    ["another version", leaf.replace('"v":1', '"v":2')],
    ["a space", leaf.replace(":1", ": 1")],
    ["another field", leaf.replace("{", '{"a":1,')],
    ["padding bits", leaf.replace(/.="/, (end) => `${end[0] === "B" ? "C" : "B"}="`)],
    ["a byte order mark", `\ufeff${leaf}`],
    ["nothing", ""],
  ])("does not know %s", (_, text) => {
    expect(parseLeaf(utf8(text))).toBeNull();
  });

  it("has no form for a lone surrogate or undefined", () => {
    expect(() => canonicalJson("\ud800")).toThrow(TypeError);
    expect(() => canonicalJson(undefined)).toThrow(TypeError);
    expect(() => commitmentOf(record, saltBytes.subarray(1))).toThrow(RangeError);
  });
});
