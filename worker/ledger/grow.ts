import { joinBytes } from "./bytes.ts";
import {
  edgeTiles,
  nodesOf,
  splitHashes,
  subtreeRoot,
  TILE_LEVELS,
  TILE_WIDTH,
  type TileCoordinates,
} from "./tiles.ts";
import { HASH_BYTES, treeRoot } from "./tree.ts";

/** A tile with its hashes concatenated; a growing one is a prefix of what it will be. */
export type Tile = TileCoordinates & { readonly hashes: Uint8Array };

/** A tree as an append needs it: its size and the partial tile of each level that has one. */
export type Edge = { readonly size: number; readonly tiles: ReadonlyMap<number, Uint8Array> };

/** What an append changes: every tile that is new or wider than before, and the new edge with its root. */
export type Growth = { readonly edge: Edge; readonly root: Uint8Array; readonly changed: readonly Tile[] };

/**
 * Appends leaf hashes. Touches the tiles on the right edge only, so its cost does not depend on the
 * tree's size; a tile is hashed into the level above when it is full, never before.
 * @throws RangeError when the edge is not that of a tree of its size
 */
export function grow(edge: Edge, leafHashes: readonly Uint8Array[]): Growth {
  requireEdge(edge);
  const tiles = new Map<number, Uint8Array>();
  const changed: Tile[] = [];
  let arriving = leafHashes;
  for (let level = 0; level < TILE_LEVELS; level++) {
    const full: Uint8Array[] = [];
    let n = Math.floor(Math.floor(edge.size / TILE_WIDTH ** level) / TILE_WIDTH);
    let hashes = splitHashes(edge.tiles.get(level) ?? new Uint8Array());
    let next = 0;
    while (next < arriving.length) {
      const taken = arriving.slice(next, next + TILE_WIDTH - hashes.length);
      next += taken.length;
      hashes = [...hashes, ...taken];
      changed.push({ level, n, width: hashes.length, hashes: joinBytes(hashes) });
      if (hashes.length < TILE_WIDTH) break;
      full.push(subtreeRoot(hashes));
      hashes = [];
      n += 1;
    }
    if (hashes.length > 0) tiles.set(level, joinBytes(hashes));
    arriving = full;
  }
  const grown = { size: edge.size + leafHashes.length, tiles };
  return { edge: grown, root: edgeRoot(grown), changed };
}

/** The root of a tree out of its right edge alone. @throws RangeError, Refused when the edge is not its size's */
export function edgeRoot(edge: Edge): Uint8Array {
  requireEdge(edge);
  const first = new Map(edgeTiles(edge.size).map(({ level, n }) => [level, n]));
  return treeRoot(
    edge.size,
    nodesOf((level, n) => (first.get(level) === n ? edge.tiles.get(level) : undefined)),
  );
}

function requireEdge({ size, tiles }: Edge): void {
  const wanted = edgeTiles(size);
  const fits = wanted.every(({ level, width }) => tiles.get(level)?.length === width * HASH_BYTES);
  if (!fits || tiles.size !== wanted.length)
    throw new RangeError(`these tiles are not the edge of ${size} leaves`);
}
