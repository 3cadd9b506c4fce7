import { sameBytes } from "../worker/ledger/bytes.ts";
import type { Checkpoint } from "../worker/ledger/checkpoint.ts";
import { consistencyProof, provesConsistency } from "../worker/ledger/proofs.ts";
import { Refused } from "../worker/ledger/refused.ts";
import { nodesOf, TILE_WIDTH, type TileCoordinates } from "../worker/ledger/tiles.ts";
import { EMPTY_ROOT, type NodeReader, treeRoot } from "../worker/ledger/tree.ts";
import type { LogReader } from "./log-reader.ts";

/**
 * Proves out of the log's tiles that the newer tree is the older one with entries added at its end.
 * @throws Refused when it is not
 */
export async function checkConsistency(log: LogReader, old: Checkpoint, now: Checkpoint): Promise<void> {
  if (old.size > now.size) {
    throw new Refused(`The newer checkpoint has ${now.size} entries, the older one ${old.size}.`);
  }
  const prove = (node: NodeReader) => ({
    root: treeRoot(now.size, node),
    proof: consistencyProof(old.size, now.size, node),
  });
  const tiles = new Map<string, Uint8Array>();
  await Promise.all(
    tilesOf(prove, now.size).map(async (tile) => {
      tiles.set(`${tile.level}/${tile.n}`, await log.hashes(tile));
    }),
  );
  const { root, proof } = prove(nodesOf((level, n) => tiles.get(`${level}/${n}`)));
  if (!sameBytes(root, now.root))
    throw new Refused("The log's tiles do not have the root of the newer checkpoint.");
  if (!provesConsistency(old, now, proof)) {
    throw new Refused("The older tree is not the beginning of the newer one: the log shows two histories.");
  }
}

/** The tiles that a computation reads, found by running it once over blanks. */
function tilesOf(compute: (node: NodeReader) => unknown, size: number): TileCoordinates[] {
  const found = new Map<string, TileCoordinates>();
  const blank = nodesOf((level, n) => {
    const width = Math.min(TILE_WIDTH, Math.floor(size / TILE_WIDTH ** level) - n * TILE_WIDTH);
    found.set(`${level}/${n}`, { level, n, width });
    return BLANK;
  });
  compute(blank);
  return [...found.values()];
}

const BLANK = new Uint8Array(TILE_WIDTH * EMPTY_ROOT.length);
