import { type Database, DatabaseUnavailable, type Statement } from "../../../db/client.ts";
import { beginRows, type EndedRow, endRows, type RowKey, readKeys } from "./queries.ts";

/** A letter is begun and its end written down within this, or somebody else may send it. */
export const LEASE_MS = 120_000;

/** So long the first of a transaction waits for company, unless half of the lines are there: a transaction costs more than a letter. */
const GATHER_MS = 3;
const COMPANY = 5;

/** Some 20 s: a database that restarts is no reason to doubt a letter whose end is known. */
const ATTEMPTS = 24;
const PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 1000;

interface Beginning {
  readonly row: RowKey;
  resolve(mine: boolean): void;
  reject(error: unknown): void;
}

/**
 * What the lines do, written down: a letter's beginning before its message leaves, and its end when the
 * server's answer is there. What all lines have to write at a time is one transaction. So a crash leaves in
 * doubt only letters that the server was being sent, or whose answer had just come.
 */
export class Journal {
  readonly #database: Database;
  readonly #claim: string;
  #begins: Beginning[] = [];
  #ends: EndedRow[] = [];
  #writing: Promise<void> | null = null;
  #failed: { readonly error: unknown } | null = null;

  constructor(database: Database, claim: string) {
    this.#database = database;
    this.#claim = claim;
  }

  /** @returns whether the letter is still this postman's to send @throws what kept an earlier one from being written */
  begin(row: RowKey): Promise<boolean> {
    if (this.#failed !== null) return Promise.reject(this.#failed.error);
    return new Promise((resolve, reject) => {
      this.#begins.push({ row, resolve, reject });
      this.#write();
    });
  }

  /** Is written down soon; `settled` tells. */
  end(row: EndedRow): void {
    this.#ends.push(row);
    this.#write();
  }

  /** When everything is written down. @throws what kept it from being */
  async settled(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
    if (this.#failed !== null) throw this.#failed.error;
  }

  #write(): void {
    this.#writing ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    while (this.#begins.length + this.#ends.length > 0) {
      if (this.#begins.length < COMPANY) await pause(GATHER_MS);
      const begins = this.#begins;
      const ends = this.#ends;
      this.#begins = [];
      this.#ends = [];
      try {
        const mine = await this.#writeDown(
          ends,
          begins.map(({ row }) => row),
        );
        for (const { row, resolve } of begins) resolve(mine.has(row.id));
      } catch (error) {
        this.#failed ??= { error };
        for (const { reject } of begins) reject(error);
      }
    }
    // In the same breath as the last look: what comes later begins anew.
    this.#writing = null;
  }

  async #writeDown(ends: readonly EndedRow[], begins: readonly RowKey[]): Promise<Set<string>> {
    const now = Date.now();
    const results = await insist(this.#database, [
      ...(ends.length === 0 ? [] : endRows(ends, this.#claim, now)),
      beginRows(begins, this.#claim, now + LEASE_MS),
    ]);
    return new Set(readKeys(results.at(-1)).map(({ id }) => id));
  }
}

/** The same statements again where no answer came: all of them say what is to be, so twice is once. */
export async function insist(database: Database, statements: readonly Statement[]) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.write(statements);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable) || attempt === ATTEMPTS) throw error;
      await pause(Math.min(attempt * PAUSE_MS, LONGEST_PAUSE_MS));
    }
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
