import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeHex, utf8 } from "./bytes.ts";
import vectors from "./fixtures/tree-vectors.json" with { type: "json" };
import { leafHashes, wholeTree } from "./fixtures/vectors.ts";
import { EMPTY_ROOT, leafHash, nodeHash, splitPoint, treeRoot } from "./tree.ts";

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

describe("RFC 6962 tree", () => {
  it("has the roots that certificate-transparency publishes for its eight reference leaves", () => {
    // github.com/google/certificate-transparency, merkletree tests
    const leaves = [
      "",
      "00",
      "10",
      "2021",
      "3031",
      "40414243",
      "5051525354555657",
      "606162636465666768696a6b6c6d6e6f",
    ].map((leaf) => leafHash(bytes(leaf)));
    const roots = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => encodeHex(treeRoot(n, wholeTree(leaves))));
    expect(roots).toEqual([
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]);
  });

  it("has the roots of an independent recursive implementation at every size it was asked for", () => {
    const node = wholeTree(leafHashes(65_537));
    const roots = Object.keys(vectors.roots).map((size) => [size, encodeHex(treeRoot(Number(size), node))]);
    expect(Object.fromEntries(roots)).toEqual(vectors.roots);
  });

  it("tells a leaf from a node: the same 65 bytes hash differently", () => {
    const left = leafHash(utf8("a"));
    const right = leafHash(utf8("b"));
    expect(encodeHex(nodeHash(left, right))).not.toBe(encodeHex(leafHash(Uint8Array.of(...left, ...right))));
    expect(encodeHex(EMPTY_ROOT)).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  it("splits where RFC 6962 does, beyond 32 bits too", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: Number.MAX_SAFE_INTEGER }), (n) => {
        const k = BigInt(splitPoint(n));
        return (k & (k - 1n)) === 0n && k < BigInt(n) && k * 2n >= BigInt(n);
      }),
    );
  });
});
