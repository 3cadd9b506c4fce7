import type { Database } from "../../db/client.ts";
import { sameBytes } from "./bytes.ts";
import { edgeRoot } from "./grow.ts";
import type { TreeHead } from "./proofs.ts";
import { edgeAt, readEdge } from "./queries.ts";

/** Where a sequencer keeps the newest tree it signed, outside the database: an alarm, not the truth. */
export interface Watermark {
  /** Null for a sequencer that never committed. */
  get(): Promise<TreeHead | null>;
  raise(tree: TreeHead): Promise<void>;
}

/** The database holds another history than was signed before: a backup was restored, or rows were changed. */
export class LogFrozen extends Error {
  override readonly name = "LogFrozen";
}

/**
 * Whether the database's tree continues the newest one that was signed. Another sequencer may have
 * gone ahead; then the root at our size is hashed from the tiles again.
 * @param now null where the database has no head
 * @throws LogFrozen
 */
export async function requireContinued(
  database: Database,
  log: string,
  mark: TreeHead | null,
  now: TreeHead | null,
): Promise<void> {
  if (mark === null) return;
  if (now === null || now.size < mark.size) {
    throw new LogFrozen(`${log} has ${now?.size ?? "no"} entries, ${mark.size} were signed`);
  }
  const root = now.size === mark.size ? now.root : await rootAt(database, log, mark.size);
  if (!sameBytes(root, mark.root))
    throw new LogFrozen(`${log} has another root at ${mark.size} than was signed`);
}

async function rootAt(database: Database, log: string, size: number): Promise<Uint8Array> {
  const [result] = await database.read([edgeAt(log, size)]);
  return edgeRoot(readEdge(size, result));
}
