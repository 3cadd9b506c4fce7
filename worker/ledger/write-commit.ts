import type { Database, Statement } from "../../db/client.ts";
import { writeFenced } from "../../db/fenced-write.ts";
import { commitAfter, readCommitId } from "./queries.ts";

/** No try begins later than this: those who wait are told to come back instead. */
const PATIENCE_MS = 12_000;

/** Writes a commit of the log behind the head of `size`: see `writeFenced`. */
export function writeCommit(
  database: Database,
  statements: readonly Statement[],
  { log, size, commitId }: { log: string; size: number; commitId: string },
): Promise<boolean> {
  const proof = {
    question: commitAfter(log, size),
    isOurs: (result: Parameters<typeof readCommitId>[0]) => readCommitId(result) === commitId,
  };
  return writeFenced(database, statements, proof, PATIENCE_MS);
}
