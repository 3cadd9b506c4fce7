import { sameBytes } from "../worker/ledger/bytes.ts";
import type { Checkpoint } from "../worker/ledger/checkpoint.ts";
import { type Edge, grow } from "../worker/ledger/grow.ts";
import { Refused } from "../worker/ledger/refused.ts";
import { edgeTiles, TILE_WIDTH, type TileCoordinates } from "../worker/ledger/tiles.ts";
import { EMPTY_ROOT, leafHash } from "../worker/ledger/tree.ts";
import type { LogReader } from "./log-reader.ts";

/** Bundles asked for ahead of the one that is hashed. */
const READ_AHEAD = 8;

/**
 * Reads every entry of a log and hashes the whole tree again: every tile, the root of the checkpoint
 * and, with an older checkpoint, the root that the tree had then.
 * @throws Refused at the first thing that does not fit
 */
export async function walkLog(log: LogReader, now: Checkpoint, old?: Checkpoint): Promise<void> {
  if (old !== undefined && old.size > now.size) {
    throw new Refused(`The log shrank: it had ${old.size} entries and has ${now.size}.`);
  }
  let edge: Edge = { size: 0, tiles: new Map() };
  let root = EMPTY_ROOT;
  if (old?.size === 0) requireRoot(old, EMPTY_ROOT, "older");
  for await (const entries of bundles(log, now.size)) {
    const hashes = entries.map(leafHash);
    if (old !== undefined && old.size > edge.size && old.size <= edge.size + hashes.length) {
      requireRoot(old, grow(edge, hashes.slice(0, old.size - edge.size)).root, "older");
    }
    const growth = grow(edge, hashes);
    const full = growth.changed.filter(({ width }) => width === TILE_WIDTH);
    await Promise.all(full.map((tile) => requireTile(log, tile, tile.hashes)));
    ({ edge, root } = growth);
  }
  const partial = edgeTiles(now.size);
  await Promise.all(partial.map((tile) => requireTile(log, tile, edge.tiles.get(tile.level))));
  requireRoot(now, root, "signed");
}

async function* bundles(log: LogReader, size: number): AsyncGenerator<Uint8Array[]> {
  const count = Math.ceil(size / TILE_WIDTH);
  const read = (n: number) => {
    const answer = log.entries(n, Math.min(TILE_WIDTH, size - n * TILE_WIDTH));
    // One that fails while an earlier one is hashed is reported when its turn comes.
    answer.catch(() => undefined);
    return answer;
  };
  const ahead: Promise<Uint8Array[]>[] = [];
  for (let n = 0; n < Math.min(READ_AHEAD, count); n++) ahead.push(read(n));
  for (let n = 0; n < count; n++) {
    const next = ahead.shift();
    if (next === undefined) return;
    if (n + READ_AHEAD < count) ahead.push(read(n + READ_AHEAD));
    yield await next;
  }
}

async function requireTile(
  log: LogReader,
  tile: TileCoordinates,
  wanted: Uint8Array | undefined,
): Promise<void> {
  const served = await log.hashes(tile);
  if (wanted === undefined || !sameBytes(served, wanted)) {
    throw new Refused(`Tile ${tile.n} of level ${tile.level} is not made of the log's entries.`);
  }
}

function requireRoot(checkpoint: Checkpoint, root: Uint8Array, which: string): void {
  if (!sameBytes(checkpoint.root, root)) {
    throw new Refused(
      `The first ${checkpoint.size} entries do not have the root of the ${which} checkpoint.`,
    );
  }
}
