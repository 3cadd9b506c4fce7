import type { ResultSet } from "@libsql/client/web";
import type { Database, Statement } from "../../db/client.ts";
import { writeFenced } from "../../db/fenced-write.ts";
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
export function commitFenced(
  database: Database,
  { org, seq, zone, statements }: FencedBatch,
): Promise<boolean> {
  const commitId = crypto.randomUUID();
  const batch = [fence(org, seq, commitId), ...advanceHead(org, seq, zone), ...statements];
  const proof = {
    question: commitAt(org, seq + 1),
    isOurs: (result: ResultSet | undefined) => readCommitId(answered(result)) === commitId,
  };
  return writeFenced(database, batch, proof, Number.POSITIVE_INFINITY);
}

/** One answer of a batch. @throws Error when it is missing */
export function answered(result: ResultSet | undefined): ResultSet {
  if (result === undefined) throw new Error("the database answered fewer statements than it was asked");
  return result;
}
