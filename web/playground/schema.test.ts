import { describe, expect, it } from "vitest";
import { emptyOf, replaceAt, resolve, type Schema } from "./schema.ts";

describe("replaceAt", () => {
  const notice = { services: [{ id: "a", items: [1, 2] }], theme: { radius_px: 8 } };
  it("changes one place and leaves the rest, and the original, as they were", () => {
    expect(replaceAt(notice, ["services", 0, "items", 1], 5)).toEqual({
      services: [{ id: "a", items: [1, 5] }],
      theme: { radius_px: 8 },
    });
    expect(notice.services[0]?.items).toEqual([1, 2]);
  });
  it("adds an item behind the last", () => {
    expect(replaceAt(notice, ["services", 1], { id: "b" })).toMatchObject({
      services: [{ id: "a" }, { id: "b" }],
    });
  });
  it("removes an item and a setting", () => {
    expect(replaceAt(notice, ["services", 0], undefined)).toMatchObject({ services: [] });
    expect(replaceAt(notice, ["theme", "radius_px"], undefined)).toMatchObject({ theme: {} });
  });
  it("makes the way to a setting that is not there yet", () => {
    expect(replaceAt({}, ["theme", "light", "text"], "#000")).toEqual({ theme: { light: { text: "#000" } } });
  });
});

describe("a schema", () => {
  const root: Schema = {
    $defs: {
      purpose: {
        type: "object",
        required: ["id", "days"],
        properties: { id: { enum: ["a", "b"] }, days: { type: "integer", minimum: 1 } },
      },
    },
  };
  it("is followed to its definition", () => {
    expect(emptyOf({ $ref: "#/$defs/purpose" }, root)).toEqual({ id: "a", days: 1 });
  });
  it("of alternatives that are all words is a choice between them", () => {
    expect(resolve({ anyOf: [{ const: "left" }, { const: "right" }] }, root).enum).toEqual(["left", "right"]);
  });
  it("that may be null is what it is otherwise", () => {
    expect(resolve({ anyOf: [{ type: "null" }, { type: "string" }] }, root).type).toBe("string");
  });
});
