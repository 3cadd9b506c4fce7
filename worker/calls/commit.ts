import type { ResultSet } from "@libsql/client/web";
import { type Database, DatabaseUnavailable, isLostFence, type Statement } from "../../db/client.ts";
import { writeFenced } from "../../db/fenced-write.ts";
import { advanceHead, commitAt, fence, headOf, openFence, readCommit } from "./queries.ts";

/** The head that a batch was made for, and what it writes behind the fence. */
export interface FencedBatch {
  readonly org: string;
  readonly seq: number;
  /** The zone of the day rollups; it counts for an organisation's first commit only. */
  readonly zone: string;
  readonly statements: readonly Statement[];
}

/** How often one asks whether a move is over. */
const CLOSED_PAUSE_MS = 100;

/**
 * Commits a batch at `seq + 1` unless somebody else did. After a lost answer it sends the same bytes
 * again until it knows what became of them, however long that takes.
 * @returns false when nothing of it was written: another's batch is the one that committed there, or the
 *   organisation is closed in this database. Read again, which also finds where it is now.
 */
export async function commitFenced(
  database: Database,
  { org, seq, zone, statements }: FencedBatch,
): Promise<boolean> {
  const commitId = crypto.randomUUID();
  const batch = [fence(org, seq, commitId), ...advanceHead(org, seq, zone), ...statements];
  let isClosed = false;
  const proof = {
    question: commitAt(org, seq + 1),
    isOurs: (result: ResultSet | undefined) => {
      const { commitId: there, closed } = readCommit(answered(result));
      isClosed = closed;
      return there === commitId;
    },
  };
  const committed = await writeFenced(database, batch, proof, Number.POSITIVE_INFINITY);
  if (!committed && isClosed) await pause(CLOSED_PAUSE_MS);
  return committed;
}

/**
 * Writes what has no place in the order of commits and may be written twice, where the organisation is.
 * @throws DatabaseUnavailable when it is not known whether that is written, or a move takes longer than a
 *   request may wait
 */
export async function writeWhereOpen(
  database: Database,
  org: string,
  statements: readonly Statement[],
  patienceMs = 15_000,
): Promise<void> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      await database.write([openFence(org), ...statements]);
      return;
    } catch (error) {
      if (!isLostFence(error)) throw error;
      if (Date.now() > until)
        throw new DatabaseUnavailable("the organisation is being moved", { cause: error });
    }
    await pause(CLOSED_PAUSE_MS);
    // Finds where it is now.
    await database.read([headOf(org)]);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, ms));
}

/** One answer of a batch. @throws Error when it is missing */
export function answered(result: ResultSet | undefined): ResultSet {
  if (result === undefined) throw new Error("the database answered fewer statements than it was asked");
  return result;
}
