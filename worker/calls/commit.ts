import type { ResultSet } from "@libsql/client/web";
import { type Database, DatabaseUnavailable, isLostFence, type Statement } from "../../db/client.ts";
import { advanceHead, commitAt, fence, readCommitId } from "./queries.ts";

/** The head that a batch was made for, and what it writes behind the fence. */
export interface FencedBatch {
  readonly org: string;
  readonly seq: number;
  /** The zone of the day rollups; it counts for an organisation's first commit only. */
  readonly zone: string;
  readonly statements: readonly Statement[];
}

/**
 * Commits a batch at `seq + 1` unless somebody else did. After a lost answer it sends the same bytes
 * again until it knows what became of them, however long that takes.
 * @returns false when another's batch is the one that committed there: then nothing of this one was written
 */
export async function commitFenced(
  database: Database,
  { org, seq, zone, statements }: FencedBatch,
): Promise<boolean> {
  const commitId = crypto.randomUUID();
  const batch = [fence(org, seq, commitId), ...advanceHead(org, seq, zone), ...statements];
  let doubtful = false;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await database.write(batch);
      return true;
    } catch (error) {
      if (isLostFence(error)) return doubtful && (await isOurs(database, org, seq + 1, commitId));
      if (!(error instanceof DatabaseUnavailable)) throw error;
      // Our request may still be under way: only the fence can tell.
      doubtful = true;
      await pause(attempt);
    }
  }
}

async function isOurs(database: Database, org: string, seq: number, commitId: string): Promise<boolean> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const [commit] = await database.read([commitAt(org, seq)]);
      return readCommitId(answered(commit)) === commitId;
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      await pause(attempt);
    }
  }
}

/** One answer of a batch. @throws Error when it is missing */
export function answered(result: ResultSet | undefined): ResultSet {
  if (result === undefined) throw new Error("the database answered fewer statements than it was asked");
  return result;
}

const PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.min(PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS)));
}
