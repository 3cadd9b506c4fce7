import { type Database, DatabaseUnavailable, isLostFence, type Statement } from "../../db/client.ts";
import { commitAfter, readCommitId } from "./queries.ts";

/** Pauses between tries, milliseconds. */
const PAUSES_MS = [20, 100, 300, 700, 1500, 3000, 4000];
/** No try begins later than this: those who wait are told to come back instead. */
const PATIENCE_MS = 12_000;

/**
 * Writes a batch whose statement 0 is the fence. While the database does not answer, the same bytes
 * are sent again until they commit or meet the fence, which may be their own first copy: only the
 * commit_id behind the head that was read tells. Seeing the old head would prove nothing.
 * @returns true when this commit is in the database, false when another took its place
 * @throws DatabaseUnavailable when it never answered; it may commit yet
 */
export async function writeFenced(
  database: Database,
  statements: readonly Statement[],
  { log, size, commitId }: { log: string; size: number; commitId: string },
): Promise<boolean> {
  return persist(async () => {
    try {
      await database.write(statements);
      return true;
    } catch (error) {
      if (!isLostFence(error)) throw error;
      const [result] = await database.read([commitAfter(log, size)]);
      return readCommitId(result) === commitId;
    }
  });
}

async function persist<T>(attempt: () => Promise<T>): Promise<T> {
  const begun = Date.now();
  for (const pause of PAUSES_MS) {
    try {
      return await attempt();
    } catch (error) {
      const late = Date.now() - begun + pause > PATIENCE_MS;
      if (!(error instanceof DatabaseUnavailable) || late) throw error;
      await new Promise((resume) => setTimeout(resume, pause));
    }
  }
  return attempt();
}
