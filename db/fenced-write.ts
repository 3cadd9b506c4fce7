import type { ResultSet } from "@libsql/client/web";
import { type Database, DatabaseUnavailable, isLostFence, type Statement } from "./client.ts";

/** How the database tells afterwards whether a batch is the one that committed behind its fence. */
export interface CommitProof {
  /** Selects what the fence of the batch left behind. */
  readonly question: Statement;
  isOurs(result: ResultSet | undefined): boolean;
}

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 2000;

/**
 * Writes a batch whose statement 0 is its fence. While the database does not answer, the same bytes are
 * sent again until they commit or meet the fence, which may be their own first copy: only what stands
 * behind the fence tells. Seeing the old head would prove nothing.
 * @param patienceMs after this the caller is told to come back, though the batch may commit yet
 * @returns true when this batch is in the database, false when another took its place
 * @throws DatabaseUnavailable when patience ran out
 */
export async function writeFenced(
  database: Database,
  statements: readonly Statement[],
  proof: CommitProof,
  patienceMs: number,
): Promise<boolean> {
  const begun = Date.now();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 3, LONGEST_PAUSE_MS)) {
    try {
      return await writeOnce(database, statements, proof);
    } catch (error) {
      const late = Date.now() - begun + pause > patienceMs;
      if (!(error instanceof DatabaseUnavailable) || late) throw error;
      await new Promise((resume) => setTimeout(resume, pause));
    }
  }
}

async function writeOnce(
  database: Database,
  statements: readonly Statement[],
  { question, isOurs }: CommitProof,
): Promise<boolean> {
  try {
    await database.write(statements);
    return true;
  } catch (error) {
    if (!isLostFence(error)) throw error;
    const [result] = await database.read([question]);
    return isOurs(result);
  }
}
