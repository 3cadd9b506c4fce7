import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../db/client.ts";
import { bytes, number, numberOrNull, text } from "../../db/rows.ts";
import { joinBytes } from "./bytes.ts";
import type { TilePlace } from "./full-tiles.ts";
import type { Edge, Tile } from "./grow.ts";
import type { NewLeaf } from "./rider.ts";
import type { LogIdentity } from "./signing-key.ts";
import { TILE_WIDTH, type TileCoordinates } from "./tiles.ts";
import { HASH_BYTES } from "./tree.ts";

/** The only SQL of the ledger. Every statement is bound to one log. */

/** A log's newest signed state. */
export interface Head {
  readonly size: number;
  readonly root: Uint8Array;
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string;
}

/** A head as it was read. */
export interface StoredHead extends Head {
  /** Goes up when something that a commit may have read was changed outside of commits. */
  readonly epoch: number;
}

/** Who the log is, and which of its keys sign at this moment by the database's clock; from the directory. */
export function identity(log: string): Statement {
  return {
    sql: `SELECT l.origin, l.key_generation, k.generation AS retiring FROM log l LEFT JOIN log_key k
            ON k.log = l.log AND k.generation < l.key_generation
            AND k.signs_until > unixepoch('subsec') * 1000
          WHERE l.log = ?1 ORDER BY k.generation`,
    args: [log],
  };
}

/** Null where there is no such log. */
export function readIdentity(result: ResultSet | undefined): LogIdentity | null {
  const rows = result?.rows ?? [];
  const [row] = rows;
  if (row === undefined) return null;
  const retiring = rows.flatMap((one) => numberOrNull(one, "retiring") ?? []);
  return { origin: text(row, "origin"), generation: number(row, "key_generation"), retiring };
}

/** One key of a log and when it signs; times are UTC milliseconds. */
export interface KeyPeriod {
  readonly generation: number;
  readonly signsFrom: number;
  /** Null for the present key. */
  readonly signsUntil: number | null;
}

/** All keys that a log ever had, the first one first. */
export function keyPeriods(log: string): Statement {
  return {
    sql: `SELECT l.created_at, l.key_generation, k.generation, k.signs_from, k.signs_until
          FROM log l LEFT JOIN log_key k ON k.log = l.log WHERE l.log = ?1 ORDER BY k.generation`,
    args: [log],
  };
}

/** Empty where there is no such log. */
export function readKeyPeriods(result: ResultSet | undefined): KeyPeriod[] {
  return (result?.rows ?? []).map((row) => ({
    generation: numberOrNull(row, "generation") ?? number(row, "key_generation"),
    signsFrom: numberOrNull(row, "signs_from") ?? number(row, "created_at"),
    signsUntil: numberOrNull(row, "signs_until"),
  }));
}

/** What a rotation writes; times are UTC milliseconds. */
export interface Rotation {
  readonly log: string;
  readonly org: string;
  /** The generation that signs from now on. */
  readonly next: number;
  readonly now: number;
  /** Until when the key before it signs too. */
  readonly until: number;
  /** The newest tree with the signatures that it has from now on. */
  readonly head: Head;
}

/**
 * Makes the next key the present one. Statement 0 fails on NOT NULL unless the log is the organisation's,
 * its present key is still the one before, and its tree the one that was signed again.
 */
export function rotateKey({ log, org, next, now, until, head: signed }: Rotation): Statement[] {
  return [
    {
      sql: `INSERT INTO log_key (log, generation, signs_from) VALUES (
              ?1, (SELECT ?3 FROM log l JOIN log_head h ON h.log = l.log WHERE l.log = ?1 AND l.org = ?2
                AND l.key_generation = ?3 - 1 AND h.size = ?5 AND h.root = ?6), ?4)`,
      args: [log, org, next, now, signed.size, signed.root],
    },
    {
      sql: `INSERT INTO log_key (log, generation, signs_from, signs_until)
            SELECT log, ?2 - 1, created_at, ?3 FROM log WHERE log = ?1
            ON CONFLICT (log, generation) DO UPDATE SET signs_until = excluded.signs_until`,
      args: [log, next, until],
    },
    { sql: "UPDATE log SET key_generation = ?2 WHERE log = ?1", args: [log, next] },
    { sql: "UPDATE log_head SET checkpoint = ?2 WHERE log = ?1", args: [log, signed.checkpoint] },
    outdateCommits([log]),
  ];
}

/** Whether a log is an organisation's. */
export function logOwnedBy(log: string, org: string): Statement {
  return { sql: "SELECT 1 FROM log WHERE log = ?1 AND org = ?2", args: [log, org] };
}

export function head(log: string): Statement {
  return { sql: "SELECT size, root, checkpoint, epoch FROM log_head WHERE log = ?1", args: [log] };
}

/** Null for a log that has not been read or written yet. */
export function readHead(result: ResultSet | undefined): StoredHead | null {
  const row = result?.rows[0];
  if (row === undefined) return null;
  return {
    size: number(row, "size"),
    root: bytes(row, "root"),
    checkpoint: text(row, "checkpoint"),
    epoch: number(row, "epoch"),
  };
}

/** Run with a change of what commits read: every commit that is planned but not written is planned anew. */
export function outdateCommits(logs: readonly string[]): Statement {
  return {
    sql: "UPDATE log_head SET epoch = epoch + 1 WHERE log IN (SELECT value FROM json_each(?1))",
    args: [JSON.stringify(logs)],
  };
}

/** The tile levels as rows: a JOIN by them finds each tile by its key. */
const LEVELS = "json_each('[0,1,2,3,4,5,6]')";

/** The partial tiles on the right edge of the present tree: at most one row for each level. */
export function edge(log: string): Statement {
  return {
    sql: `SELECT t.level, t.hashes FROM log_head h CROSS JOIN ${LEVELS} l CROSS JOIN tile t
          WHERE h.log = ?1 AND t.log = ?1 AND t.level = l.value AND t.n = h.size >> (8 * (l.value + 1))`,
    args: [log],
  };
}

/** The right edge that the tree had at an earlier size. */
export function edgeAt(log: string, size: number): Statement {
  return {
    sql: `SELECT t.level, substr(t.hashes, 1, 32 * ((?2 >> (8 * l.value)) & 255)) AS hashes
          FROM ${LEVELS} l CROSS JOIN tile t
          WHERE t.log = ?1 AND t.level = l.value AND t.n = ?2 >> (8 * (l.value + 1))
            AND (?2 >> (8 * l.value)) & 255 > 0`,
    args: [log, size],
  };
}

export function readEdge(size: number, result: ResultSet | undefined): Edge {
  return { size, tiles: new Map(result?.rows.map((row) => [number(row, "level"), bytes(row, "hashes")])) };
}

/**
 * The tiles that an inclusion proof in the present tree reads: those above the leaf, and the right edge, without
 * the `known` ones. None where the tree has no such leaf: asking for it costs next to nothing.
 */
export function proofTiles(log: string, index: number, known: readonly TilePlace[]): Statement {
  return {
    sql: `SELECT t.level, t.n, t.hashes FROM log_head h CROSS JOIN ${LEVELS} l CROSS JOIN tile t
          WHERE h.log = ?1 AND h.size > ?2 AND t.log = ?1 AND t.level = l.value
            AND t.n IN (?2 >> (8 * (l.value + 1)), h.size >> (8 * (l.value + 1)))
            AND (l.value, t.n) NOT IN (SELECT value->>0, value->>1 FROM json_each(?3))`,
    args: [log, index, JSON.stringify(known.map(({ level, n }) => [level, n]))],
  };
}

export function readProofTiles(
  result: ResultSet | undefined,
): (TilePlace & { readonly hashes: Uint8Array })[] {
  return (result?.rows ?? []).map((row) => ({
    level: number(row, "level"),
    n: number(row, "n"),
    hashes: bytes(row, "hashes"),
  }));
}

/** A tile at exactly this width, if it has grown so far. */
export function tile(log: string, { level, n, width }: TileCoordinates): Statement {
  return {
    sql: `SELECT substr(hashes, 1, ?5) AS hashes FROM tile
          WHERE log = ?1 AND level = ?2 AND n = ?3 AND width >= ?4`,
    args: [log, level, n, width, width * HASH_BYTES],
  };
}

export function readTile(result: ResultSet | undefined): Uint8Array | null {
  const row = result?.rows[0];
  return row === undefined ? null : bytes(row, "hashes");
}

/** Entries 256n to 256n + width. */
export function entries(log: string, n: number, width: number): Statement {
  return {
    sql: "SELECT bytes FROM leaf WHERE log = ?1 AND idx >= ?2 AND idx < ?3 ORDER BY idx",
    args: [log, n * TILE_WIDTH, n * TILE_WIDTH + width],
  };
}

export function leaf(log: string, index: number): Statement {
  return { sql: "SELECT bytes FROM leaf WHERE log = ?1 AND idx = ?2", args: [log, index] };
}

export function readEntries(result: ResultSet | undefined): Uint8Array[] {
  return result?.rows.map((row) => bytes(row, "bytes")) ?? [];
}

/** Where an open entry with these bytes stands; the index is partial, so the kinds are named as it names them. */
export function openLeafIndex(log: string, entry: Uint8Array): Statement {
  return {
    sql: "SELECT idx FROM leaf WHERE log = ?1 AND bytes = ?2 AND kind IN ('policy', 'notice')",
    args: [log, entry],
  };
}

export function readOpenLeafIndex(result: ResultSet | undefined): number | null {
  const row = result?.rows[0];
  return row === undefined ? null : number(row, "idx");
}

/** The first, empty checkpoint. Every isolate signs the same bytes, so whose row stays does not matter. */
export function insertEmptyHead(log: string, { size, root, checkpoint }: Head): Statement {
  return {
    sql: `INSERT INTO log_head (log, size, root, checkpoint) VALUES (?1, ?2, ?3, ?4)
          ON CONFLICT (log) DO NOTHING`,
    args: [log, size, root, checkpoint],
  };
}

/**
 * Statement 0 of every commit: fails on NOT NULL unless the head is still the one that was read, and
 * on the key when another commit took it.
 */
export function fence(log: string, { size, root, epoch }: StoredHead, commitId: string): Statement {
  return {
    sql: `INSERT INTO log_commit (log, seq, commit_id) VALUES (
            ?1, (SELECT ?2 + 1 FROM log_head WHERE log = ?1 AND size = ?2 AND root = ?3 AND epoch = ?5), ?4)`,
    args: [log, size, root, commitId, epoch],
  };
}

/** Which commit followed the head of this size. */
export function commitAfter(log: string, size: number): Statement {
  return { sql: "SELECT commit_id FROM log_commit WHERE log = ?1 AND seq = ?2 + 1", args: [log, size] };
}

export function readCommitId(result: ResultSet | undefined): string | null {
  const row = result?.rows[0];
  return row === undefined ? null : text(row, "commit_id");
}

/** The entries travel as one blob: as JSON within JSON they would cost more than all else of a commit. */
export function insertLeaves(log: string, firstIndex: number, leaves: readonly NewLeaf[]): Statement {
  let end = 1;
  const rows = leaves.map(({ kind, bytes }) => {
    const begin = end;
    end += bytes.length;
    return [kind, begin, bytes.length];
  });
  return {
    sql: `INSERT INTO leaf (log, idx, kind, bytes)
          SELECT ?1, ?2 + key, value ->> 0, substr(?4, value ->> 1, value ->> 2) FROM json_each(?3)`,
    args: [log, firstIndex, JSON.stringify(rows), joinBytes(leaves.map(({ bytes }) => bytes))],
  };
}

export function storeTile(log: string, { level, n, width, hashes }: Tile): Statement {
  return {
    sql: `INSERT INTO tile (log, level, n, width, hashes) VALUES (?1, ?2, ?3, ?4, ?5)
          ON CONFLICT (log, level, n) DO UPDATE SET width = excluded.width, hashes = excluded.hashes`,
    args: [log, level, n, width, hashes],
  };
}

export function moveHead(log: string, { size, root, checkpoint }: Head): Statement {
  return {
    sql: "UPDATE log_head SET size = ?2, root = ?3, checkpoint = ?4 WHERE log = ?1",
    args: [log, size, root, checkpoint],
  };
}
