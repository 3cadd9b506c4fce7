import { expect, test } from "vitest";
import { encodeHex } from "./bytes.ts";
import { leafHashes, wholeTree } from "./fixtures/vectors.ts";
import { FullTiles } from "./full-tiles.ts";
import { grow } from "./grow.ts";
import { inclusionProof } from "./proofs.ts";
import { HASH_BYTES } from "./tree.ts";

const SIZE = 65_537 + 300;
const leaves = leafHashes(SIZE);
const tiles = new Map(
  grow({ size: 0, tiles: new Map() }, leaves).changed.map(({ level, n, hashes }) => [
    `${level}/${n}`,
    hashes,
  ]),
);

test("proofs out of a remembered tile are those of a naive tree, and its hashes are not read again", () => {
  const naive = wholeTree(leaves);
  const known = new FullTiles();
  expect(known.above("log", 5)).toEqual([]);
  for (const [id, hashes] of tiles) {
    const [level = 0, n = 0] = id.split("/").map(Number);
    known.remember("log", { level, n }, hashes);
  }
  // Neither the leaves' own tiles nor partial ones are kept: only this one is full and above them.
  expect(known.above("log", 5)).toEqual([{ level: 1, n: 0 }]);
  expect(known.above("log", 65_537)).toEqual([]);
  expect(known.above("other", 5)).toEqual([]);
  const read: string[] = [];
  const node = known.nodes("log", (level, n) => {
    read.push(`${level}/${n}`);
    return tiles.get(`${level}/${n}`);
  });
  for (const index of [0, 1, 255, 256, 40_000, 65_535, 65_536, SIZE - 1]) {
    expect(inclusionProof(index, SIZE, node).map(encodeHex), String(index)).toEqual(
      inclusionProof(index, SIZE, naive).map(encodeHex),
    );
  }
  expect(read).not.toContain("1/0");
});

test("a node at the right edge is computed once, and stays right while its tile grows", () => {
  const known = new FullTiles();
  for (const size of [600, 700, 65_535, SIZE]) {
    const grown = new Map(
      grow({ size: 0, tiles: new Map() }, leaves.slice(0, size)).changed.map((t) => [
        `${t.level}/${t.n}`,
        t.hashes,
      ]),
    );
    const naive = wholeTree(leaves.slice(0, size));
    let read = 0;
    const node = known.nodes("log", (level, n) => {
      read += 1;
      return grown.get(`${level}/${n}`);
    });
    const wanted = inclusionProof(3, size, naive).map(encodeHex);
    expect(inclusionProof(3, size, node).map(encodeHex)).toEqual(wanted);
    const first = read;
    expect(inclusionProof(3, size, node).map(encodeHex)).toEqual(wanted);
    expect(read - first).toBeLessThan(first / 2 + 8);
  }
});

test("only so many are kept, and the oldest goes first", () => {
  const known = new FullTiles();
  const full = new Uint8Array(256 * HASH_BYTES);
  for (let n = 0; n < 257; n += 1) known.remember("log", { level: 1, n }, full);
  expect(known.above("log", 0)).toEqual([]);
  expect(known.above("log", 65_536)).toEqual([{ level: 1, n: 1 }]);
  expect(known.above("log", 256 * 65_536)).toEqual([{ level: 1, n: 256 }]);
});
