import type { Database } from "../../db/client.ts";
import { renderEntryBundle } from "./entry-bundle.ts";
import { FullTiles } from "./full-tiles.ts";
import { openHead } from "./head.ts";
import { type OpenKind, renderLeaf } from "./leaf.ts";
import { inclusionProof } from "./proofs.ts";
import {
  entries,
  type Head,
  head,
  identity,
  type KeyPeriod,
  keyPeriods,
  leaf,
  openLeafIndex,
  proofTiles,
  readEntries,
  readHead,
  readIdentity,
  readKeyPeriods,
  readOpenLeafIndex,
  readProofTiles,
  readTile,
  tile,
} from "./queries.ts";
import { renderVkey } from "./signed-note.ts";
import { signerOf, signersOf, vkeyOf } from "./signing-key.ts";
import type { TileAddress } from "./tile-path.ts";
import { TILE_LEVELS } from "./tiles.ts";
import { renderTlogProof } from "./tlog-proof.ts";

/**
 * What a log shows to everybody, one read batch each, never through its sequencer. All answer null for
 * what is not there: an unknown log, a tile not yet so wide, an entry beyond the head.
 */

/** The newest signed checkpoint; that of an empty log is signed when somebody first asks for it. */
export async function readCheckpoint(
  database: Database,
  log: string,
  secret: string,
): Promise<string | null> {
  return (await readSignedHead(database, log, secret))?.checkpoint ?? null;
}

/** The same, with the size that it covers. */
export async function readSignedHead(database: Database, log: string, secret: string): Promise<Head | null> {
  const [present, who] = await database.read([head(log), identity(log)]);
  const known = readHead(present);
  if (known !== null) return known;
  const named = readIdentity(who);
  if (named === null) return null;
  return openHead(database, log, await signersOf(secret, named));
}

/** A key of a log, and when it signs. Times are UTC milliseconds. */
export interface LogVkey extends KeyPeriod {
  readonly vkey: string;
}

/** All keys that the log ever had, the first one first; none for an unknown log. */
export async function readVkeys(database: Database, log: string, secret: string): Promise<LogVkey[]> {
  const [who, periods] = await database.read([identity(log), keyPeriods(log)]);
  const origin = readIdentity(who)?.origin;
  if (origin === undefined) return [];
  return Promise.all(
    readKeyPeriods(periods).map(async (period) => ({
      ...period,
      vkey: await vkeyOf(secret, origin, period.generation),
    })),
  );
}

/** Where something public stands in the log, by kind and SHA-256. */
export async function findOpenEntry(
  database: Database,
  log: string,
  entry: { readonly kind: OpenKind; readonly sha256: Uint8Array },
): Promise<number | null> {
  const [found] = await database.read([openLeafIndex(log, renderLeaf(entry))]);
  return readOpenLeafIndex(found);
}

/** The key that signs the log now. */
export async function readVkey(database: Database, log: string, secret: string): Promise<string | null> {
  const [who] = await database.read([identity(log)]);
  const named = readIdentity(who);
  return named === null ? null : renderVkey(await signerOf(secret, named));
}

/** A tile's hashes or an entry bundle, at exactly the width that is asked for. */
export async function readTileFile(
  database: Database,
  log: string,
  address: TileAddress,
): Promise<Uint8Array | null> {
  if (address.kind === "hashes") {
    if (address.level >= TILE_LEVELS) return null;
    const [result] = await database.read([tile(log, address)]);
    return readTile(result);
  }
  const [result] = await database.read([entries(log, address.n, address.width)]);
  const bundle = readEntries(result);
  return bundle.length === address.width ? renderEntryBundle(bundle) : null;
}

/** Of this isolate; one log's hashes are another's under no name. */
const fullTiles = new FullTiles();

/** The receipt of an entry against the newest checkpoint, as a tlog-proof file. */
export async function readReceipt(
  database: Database,
  log: string,
  index: number,
  known = fullTiles,
): Promise<string | null> {
  const [present, rows, found] = await database.read([
    head(log),
    proofTiles(log, index, known.above(log, index)),
    leaf(log, index),
  ]);
  const now = readHead(present);
  const [extra] = readEntries(found);
  if (now === null || extra === undefined || index >= now.size) return null;
  const tiles = readProofTiles(rows);
  for (const { hashes, ...place } of tiles) known.remember(log, place, hashes);
  const proof = inclusionProof(
    index,
    now.size,
    known.nodes(log, (level, n) => tiles.find((tile) => tile.level === level && tile.n === n)?.hashes),
  );
  return renderTlogProof({ extra, index, proof, checkpoint: now.checkpoint });
}
