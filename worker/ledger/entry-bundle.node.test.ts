import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseEntryBundle, renderEntryBundle } from "./entry-bundle.ts";
import { Refused } from "./refused.ts";

describe("entry bundles", () => {
  it("writes a big-endian uint16 before each entry", () => {
    const long = new Uint8Array(258).fill(7);
    expect([...renderEntryBundle([Uint8Array.of(1, 2), new Uint8Array(), long])]).toEqual([
      0,
      2,
      1,
      2,
      0,
      0,
      1,
      2,
      ...long,
    ]);
  });

  it("comes back from any entries, and from no other count or length", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 5 }), (entries) => {
        const bundle = renderEntryBundle(entries);
        expect(parseEntryBundle(bundle, entries.length).map((one) => [...one])).toEqual(
          entries.map((one) => [...one]),
        );
        expect(() => parseEntryBundle(bundle, entries.length + 1)).toThrow(Refused);
        expect(() => parseEntryBundle(bundle, entries.length - 1)).toThrow(Refused);
        expect(() => parseEntryBundle(bundle.subarray(0, -1), entries.length)).toThrow(Refused);
      }),
    );
  });

  it("does not write an entry that its length cannot say", () => {
    expect(renderEntryBundle([new Uint8Array(65_535)]).length).toBe(65_537);
    expect(() => renderEntryBundle([new Uint8Array(65_536)])).toThrow(RangeError);
  });
});
