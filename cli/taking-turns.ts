import type { ResultSet, Transaction } from "@libsql/client/web";
import {
  type Database,
  type DatabaseAddress,
  DatabaseUnavailable,
  isAnswer,
  isLostFence,
  openDatabase,
  type Statement,
} from "../db/client.ts";
import { openClient, refusalOf } from "../db/libsql-client.ts";

/**
 * A database for one who writes large batches beside others who write small ones. Each time it reads, prepares and
 * then commits, somebody else may have committed, and its large batch, which takes longest to prepare, would lose
 * that race again and again. So after a lost fence the next batch is read and written in one transaction: the others
 * wait for it, lose the fence once, and write next.
 */
export class TakingTurns implements Database {
  readonly #client: ReturnType<typeof openClient>;
  readonly #database: Database;
  #contended = false;
  #transaction: Transaction | null = null;

  constructor(address: DatabaseAddress, timeoutMs: number) {
    this.#client = openClient(address, timeoutMs);
    this.#database = openDatabase(address, timeoutMs);
  }

  /** Somebody else commits too: leave them time between two batches. */
  get contended(): boolean {
    return this.#contended;
  }

  /** Nobody else committed since the last batch. */
  alone(): void {
    this.#contended = false;
  }

  async read(statements: readonly Statement[]): Promise<ResultSet[]> {
    if (!this.#contended) return this.#database.read(statements);
    return unlessUnanswered(async () => {
      this.#transaction ??= await this.#client.transaction("write");
      return this.#transaction.batch([...statements]);
    });
  }

  async write(statements: readonly Statement[]): Promise<ResultSet[]> {
    const transaction = this.#transaction;
    // Whether a commit arrived is asked outside of the transaction that may be gone with it.
    this.#transaction = null;
    if (transaction !== null) {
      return unlessUnanswered(async () => {
        try {
          const results = await transaction.batch([...statements]);
          await transaction.commit();
          return results;
        } finally {
          transaction.close();
        }
      });
    }
    try {
      return await this.#database.write(statements);
    } catch (error) {
      if (isLostFence(error)) this.#contended = true;
      throw error;
    }
  }

  /** After a batch, whatever became of it: a transaction that wrote nothing must not keep the others waiting. */
  finished(): void {
    this.#transaction?.close();
    this.#transaction = null;
  }
}

async function unlessUnanswered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (caught) {
    const error = refusalOf(caught);
    throw isAnswer(error) ? error : new DatabaseUnavailable("the database did not answer", { cause: error });
  }
}
