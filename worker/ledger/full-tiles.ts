import { nodesOf, subtreeRows, TILE_HEIGHT, TILE_WIDTH, type TileReader } from "./tiles.ts";
import { HASH_BYTES, type NodeReader } from "./tree.ts";

/** Which tile of which level. */
export type TilePlace = { readonly level: number; readonly n: number };

/** 16 KB each: four megabytes, and enough for a log of 16 million entries. */
const CAPACITY = 256;

/**
 * Full tiles above the leaves' own, with every node between their hashes and their root: they never change,
 * and each is part of 65,536 receipts or more. Only the oldest are forgotten.
 */
export class FullTiles {
  readonly #tiles = new Map<string, readonly Uint8Array[]>();

  /** The remembered tiles above a leaf: those that need not be read. */
  above(log: string, index: number): TilePlace[] {
    const places: TilePlace[] = [];
    for (let level = 1, n = Math.floor(index / TILE_WIDTH ** 2); n >= 0; level += 1) {
      if (this.#tiles.has(idOf(log, { level, n }))) places.push({ level, n });
      if (n === 0) break;
      n = Math.floor(n / TILE_WIDTH);
    }
    return places;
  }

  /** Takes a tile that was read; one that is not full, or of the lowest level, is left alone. */
  remember(log: string, place: TilePlace, hashes: Uint8Array): void {
    if (place.level === 0 || hashes.length !== TILE_WIDTH * HASH_BYTES) return;
    this.#tiles.set(idOf(log, place), subtreeRows(hashes));
    const oldest = this.#tiles.keys().next();
    if (this.#tiles.size > CAPACITY && !oldest.done) this.#tiles.delete(oldest.value);
  }

  /** Reads nodes out of what is remembered, and out of `tile` otherwise. */
  nodes(log: string, tile: TileReader): NodeReader {
    const others = nodesOf(tile);
    return (level, index) => {
      const [tileLevel, above] = [Math.floor(level / TILE_HEIGHT), level % TILE_HEIGHT];
      const width = TILE_WIDTH / 2 ** above;
      const rows = this.#tiles.get(idOf(log, { level: tileLevel, n: Math.floor(index / width) }));
      const start = (index % width) * HASH_BYTES;
      return rows?.[above]?.subarray(start, start + HASH_BYTES) ?? others(level, index);
    };
  }
}

function idOf(log: string, { level, n }: TilePlace): string {
  return `${level}/${n}/${log}`;
}
