import { sha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeHex } from "./bytes.ts";
import vectors from "./fixtures/tree-vectors.json" with { type: "json" };
import { leafHashes, wholeTree } from "./fixtures/vectors.ts";
import { type Edge, edgeRoot, grow, type Tile } from "./grow.ts";
import { inclusionProof } from "./proofs.ts";
import { nodesOf, tileAbove } from "./tiles.ts";
import { EMPTY_ROOT, treeRoot } from "./tree.ts";

const EMPTY: Edge = { size: 0, tiles: new Map() };
const leaves = leafHashes(65_537);

/** Grows a tree in steps and keeps what a store would: the widest form of each tile. */
function grownBy(steps: readonly number[]) {
  const store = new Map<string, Tile>();
  let edge = EMPTY;
  let root = EMPTY_ROOT;
  for (const step of steps) {
    const growth = grow(edge, leaves.slice(edge.size, edge.size + step));
    for (const tile of growth.changed) store.set(`${tile.level}/${tile.n}`, tile);
    edge = growth.edge;
    root = growth.root;
  }
  return { store, edge, root };
}

describe("growing", () => {
  it("reaches the independent roots and tiles at 65,537 leaves, whatever the steps", () => {
    for (const steps of [[65_537], [255, 1, 1, 65_279, 1], Array.from({ length: 67 }, () => 993)]) {
      const { store, edge, root } = grownBy(steps);
      expect(edge.size).toBe(65_537);
      expect(encodeHex(root)).toBe(vectors.roots["65537"]);
      for (const { level, n, width, sha256: wanted } of vectors.tiles) {
        const tile = store.get(`${level}/${n}`);
        expect(tile?.width).toBe(width);
        expect(encodeHex(sha256(tile?.hashes ?? new Uint8Array()))).toBe(wanted);
      }
    }
  });

  it("has the independent root at every size asked for, one leaf after the other", () => {
    let edge = EMPTY;
    for (const [size, root] of Object.entries(vectors.roots).slice(0, 12)) {
      while (edge.size < Number(size)) edge = grow(edge, leaves.slice(edge.size, edge.size + 1)).edge;
      expect(encodeHex(edgeRoot(edge)), size).toBe(root);
    }
  });

  it("changes only tiles on the right edge, and each at most once", () => {
    const before = grownBy([65_535]).edge;
    const { changed } = grow(before, leaves.slice(65_535, 65_537));
    expect(changed.map(({ level, n, width }) => [level, n, width])).toEqual([
      [0, 255, 256],
      [0, 256, 1],
      [1, 0, 256],
      [2, 0, 1],
    ]);
  });

  it("serves every node of a naive tree out of its tiles", () => {
    const naive = wholeTree(leaves.slice(0, 1100));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 4 }), fc.nat(), (steps, pick) => {
        const { store, edge, root } = grownBy(steps.slice(0, 3));
        const tiled = nodesOf((level, n) => store.get(`${level}/${n}`)?.hashes);
        expect(encodeHex(root)).toBe(encodeHex(treeRoot(edge.size, naive)));
        if (edge.size === 0) return;
        const index = pick % edge.size;
        const proof = inclusionProof(index, edge.size, tiled);
        expect(proof.map(encodeHex)).toEqual(inclusionProof(index, edge.size, naive).map(encodeHex));
        const own = tileAbove(index, 0, edge.size);
        expect(own?.width).toBe(store.get(`0/${own?.n}`)?.width);
      }),
    );
  });

  it("refuses an edge that is not that of its size", () => {
    const { edge } = grownBy([300]);
    expect(() => grow({ size: 301, tiles: edge.tiles }, [])).toThrow(RangeError);
    expect(() => edgeRoot({ size: 44, tiles: edge.tiles })).toThrow(RangeError);
  });
});
