import type { ResultSet, Transaction } from "@libsql/client/web";
import {
  type Database,
  type DatabaseAddress,
  DatabaseUnavailable,
  isAnswer,
  isLostFence,
  type Statement,
} from "../db/client.ts";
import { openClient, refusalOf } from "../db/libsql-client.ts";
import { addressIn, type DatabaseGroup, openPlaces, type Place } from "../db/places.ts";
import { TenantDatabase } from "../worker/accounts/tenant-database.ts";

/**
 * A database for one who writes large batches beside others who write small ones. Each time it reads, prepares and
 * then commits, somebody else may have committed, and its large batch, which takes longest to prepare, would lose
 * that race again and again. So after a lost fence the next batch is read and written in one transaction: the others
 * wait for it, lose the fence once, and write next.
 */
export class TakingTurns implements Database {
  readonly #clients = new Map<Place, ReturnType<typeof openClient>>();
  readonly #addressOf: (place: Place) => DatabaseAddress;
  readonly #timeoutMs: number;
  readonly #database: TenantDatabase;
  #contended = false;
  #transaction: Transaction | null = null;

  /** @param group where the organisation may have a database of its own */
  constructor(directory: DatabaseAddress, org: string, group: DatabaseGroup | null, timeoutMs: number) {
    this.#addressOf = (place) => (place === null ? directory : addressIn(group, place));
    this.#timeoutMs = timeoutMs;
    this.#database = new TenantDatabase(openPlaces(directory, group, timeoutMs), org);
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
      this.#transaction ??= await this.#begin();
      return this.#transaction.batch([...statements]);
    });
  }

  async #begin(): Promise<Transaction> {
    const place = await this.#database.where();
    const client = this.#clients.get(place) ?? openClient(this.#addressOf(place), this.#timeoutMs);
    this.#clients.set(place, client);
    return client.transaction("write");
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
