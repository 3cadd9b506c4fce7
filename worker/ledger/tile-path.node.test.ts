import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTilePath, type TileAddress, tilePath } from "./tile-path.ts";

const addresses: fc.Arbitrary<TileAddress> = fc.oneof(
  fc.record({
    kind: fc.constant("hashes" as const),
    level: fc.nat(63),
    n: fc.maxSafeNat(),
    width: fc.integer({ min: 1, max: 256 }),
  }),
  fc.record({
    kind: fc.constant("entries" as const),
    n: fc.maxSafeNat(),
    width: fc.integer({ min: 1, max: 256 }),
  }),
);

describe("tile paths", () => {
  it("reads the examples of C2SP tlog-tiles", () => {
    expect(parseTilePath("tile/0/x001/x234/067")).toEqual({
      kind: "hashes",
      level: 0,
      n: 1_234_067,
      width: 256,
    });
    expect(parseTilePath("tile/entries/000.p/12")).toEqual({ kind: "entries", n: 0, width: 12 });
    expect(tilePath({ kind: "hashes", level: 1, n: 999, width: 255 })).toBe("tile/1/999.p/255");
    expect(tilePath({ kind: "entries", n: 1000, width: 256 })).toBe("tile/entries/x001/000");
  });

  it("comes back from every address", () => {
    fc.assert(
      fc.property(addresses, (address) => {
        expect(parseTilePath(tilePath(address))).toEqual(address);
      }),
    );
  });

  it.each([
    "tile/00/000",
    "tile/64/000",
    "tile/-1/000",
    "tile/0/0",
    "tile/0/00",
    "tile/0/0000",
    "tile/0/x000/000",
    "tile/0/x000/001",
    "tile/0/001/000",
    "tile/0/x001",
    "tile/0/x001/x000",
    "tile/0/X001/000",
    "tile/0/000.p/0",
    "tile/0/000.p/01",
    "tile/0/000.p/256",
    "tile/0/000.p/",
    "tile/0/000.p",
    "tile/0/000/",
    "tile/0//000",
    "tile/0/000.p/1\n",
    "/tile/0/000",
    "tile/entries/0/000",
    "tile/data/000",
    "tile/0/x009/x007/x199/x254/x740/992",
    "tile/0/x999/x999/x999/x999/x999/999",
    "tile/0/٠٠٠",
  ])("refuses %j", (path) => {
    expect(parseTilePath(path)).toBeNull();
  });

  it("refuses whatever it would not have written", () => {
    const near = fc.stringMatching(
      /^tile\/(0|1|07|entries)\/(x?[0-9]{2,4}\/){0,2}[0-9]{2,4}(\.p\/[0-9]{1,4})?$/,
    );
    fc.assert(
      fc.property(near, (path) => {
        const address = parseTilePath(path);
        return address === null || tilePath(address) === path;
      }),
    );
  });
});
