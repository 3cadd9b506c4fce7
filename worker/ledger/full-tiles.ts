import { nodesOf, subtreeRows, TILE_HEIGHT, TILE_WIDTH, type TileReader } from "./tiles.ts";
import { HASH_BYTES, type NodeReader } from "./tree.ts";

/** Which tile of which level. */
export type TilePlace = { readonly level: number; readonly n: number };

/** 16 KB each: four megabytes, and enough for a log of 16 million entries. */
const CAPACITY = 256;
/** Of complete subtrees elsewhere, above all at the tree's right edge, where every proof passes. */
const NODES = 4096;
/** Below this many hashes a node is as soon computed as found. */
const WORTH_KEEPING = 8;

/**
 * Full tiles above the leaves' own, with every node between their hashes and their root: they never change,
 * and each is part of 65,536 receipts or more. Beside them the roots of complete subtrees that were computed
 * last, which do not change either, though their tile still grows. Only the oldest are forgotten.
 */
export class FullTiles {
  readonly #tiles = new Map<string, readonly Uint8Array[]>();
  readonly #nodes = new Map<string, Uint8Array>();

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
      const known = rows?.[above]?.subarray(start, start + HASH_BYTES);
      if (known !== undefined) return known;
      if (2 ** above < WORTH_KEEPING) return others(level, index);
      return this.#node(`${level}/${index}/${log}`, () => others(level, index));
    };
  }

  /** What was asked for last stays longest. */
  #node(id: string, compute: () => Uint8Array): Uint8Array {
    const hash = this.#nodes.get(id) ?? compute();
    this.#nodes.delete(id);
    this.#nodes.set(id, hash);
    const oldest = this.#nodes.keys().next();
    if (this.#nodes.size > NODES && !oldest.done) this.#nodes.delete(oldest.value);
    return hash;
  }
}

function idOf(log: string, { level, n }: TilePlace): string {
  return `${level}/${n}/${log}`;
}
