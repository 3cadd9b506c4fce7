import { joinBytes } from "./bytes.ts";
import { Refused } from "./refused.ts";
import { HASH_BYTES, type NodeReader, nodeHash } from "./tree.ts";

/** The geometry of C2SP tlog-tiles: tile n at level L holds 256 hashes of complete subtrees of 256^L leaves. */

export const TILE_WIDTH = 256;
/** Tree levels between a tile's hashes and the tile above it. */
export const TILE_HEIGHT = 8;
/** 256^7 leaves are more than a double can count. */
export const TILE_LEVELS = 7;

/** A tile without its hashes. `width` is 1–256. */
export type TileCoordinates = { readonly level: number; readonly n: number; readonly width: number };

/** The rightmost tiles of a tree, one for each level that has a partial one. */
export function edgeTiles(size: number): TileCoordinates[] {
  const tiles: TileCoordinates[] = [];
  for (let level = 0; level < TILE_LEVELS; level++) {
    const hashes = Math.floor(size / TILE_WIDTH ** level);
    const width = hashes % TILE_WIDTH;
    if (width > 0) tiles.push({ level, n: Math.floor(hashes / TILE_WIDTH), width });
  }
  return tiles;
}

/** The tile that holds leaf `index`, or its ancestor, at a level of a tree of `size`; null where it is not there yet. */
export function tileAbove(index: number, level: number, size: number): TileCoordinates | null {
  const n = Math.floor(index / TILE_WIDTH ** (level + 1));
  const hashes = Math.floor(size / TILE_WIDTH ** level);
  const width = Math.min(TILE_WIDTH, hashes - n * TILE_WIDTH);
  return width > 0 ? { level, n, width } : null;
}

/** The hashes of a tile, concatenated. */
export type TileReader = (level: number, n: number) => Uint8Array | undefined;

/**
 * Reads any complete subtree's root out of tiles, hashing the levels between them.
 * The reader throws Refused where a tile is missing or too short.
 */
export function nodesOf(tile: TileReader): NodeReader {
  return (level, index) => {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const span = 2 ** (level % TILE_HEIGHT);
    const first = index * span;
    const n = Math.floor(first / TILE_WIDTH);
    const hashes = tile(tileLevel, n);
    const start = (first % TILE_WIDTH) * HASH_BYTES;
    const end = start + span * HASH_BYTES;
    if (hashes === undefined || hashes.length < end) {
      throw new Refused(`Tile ${n} of level ${tileLevel} is missing or too short.`);
    }
    return subtreeRoot(splitHashes(hashes.subarray(start, end)));
  };
}

/** The root over 2^k hashes. */
export function subtreeRoot(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i < row.length; i += 2) above.push(nodeHash(at(row, i), at(row, i + 1)));
    row = above;
  }
  return at(row, 0);
}

/**
 * A complete subtree's hashes and every row of nodes above them, the root excepted; each row concatenated.
 * @param hashes 2^k of them, k ≥ 1
 */
export function subtreeRows(hashes: Uint8Array): Uint8Array[] {
  const rows = [hashes];
  for (let row = splitHashes(hashes); row.length > 2; ) {
    const below = row;
    row = Array.from({ length: below.length / 2 }, (_, i) =>
      nodeHash(at(below, 2 * i), at(below, 2 * i + 1)),
    );
    rows.push(joinBytes(row));
  }
  return rows;
}

function at(row: readonly Uint8Array[], i: number): Uint8Array {
  const hash = row[i];
  if (hash === undefined) throw new RangeError(`${row.length} hashes are not a complete subtree`);
  return hash;
}

export function splitHashes(hashes: Uint8Array): Uint8Array[] {
  const rows: Uint8Array[] = [];
  for (let i = 0; i < hashes.length; i += HASH_BYTES) rows.push(hashes.subarray(i, i + HASH_BYTES));
  return rows;
}
