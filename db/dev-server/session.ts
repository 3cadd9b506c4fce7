import { setTimeout as sleep } from "node:timers/promises";
import type { Column, Connection, Outcome, Prepared } from "./connection.ts";
import type { DataFile } from "./database.ts";
import { isBusy, SqlError, toSqlError } from "./errors.ts";
import type { SqlValue } from "./native.ts";
import { type Arguments, bindArguments } from "./parameters.ts";
import type { Statement } from "./statement.ts";
import { whyUnreadable } from "./unreadable-text.ts";

export type Executed = Outcome & { readonly durationMs: number };

/** Only another process can hold SQLite's lock while ours is free, and it does not tell when it is done. */
const RETRY_EVERY_MS = 10;

/** How the file is kept is the server's affair; a native busy timeout would stop the whole process. */
const RESERVED_SETTINGS = new Set(["JOURNAL_MODE", "SYNCHRONOUS", "LOCKING_MODE", "BUSY_TIMEOUT"]);

/** What a client talks to: one connection, its transaction, and its place among the writers. */
export class Session {
  readonly #file: DataFile;
  readonly #connection: Connection;
  readonly #busyTimeoutMs: number;
  #changed = false;
  #changedSchema = false;
  #mayOnlyRead = false;
  #closed = false;

  /** @param busyTimeoutMs how long a write waits for other writers before it is SQLITE_BUSY */
  constructor(file: DataFile, busyTimeoutMs: number) {
    this.#file = file;
    this.#connection = file.take();
    this.#busyTimeoutMs = busyTimeoutMs;
  }

  get isAutocommit(): boolean {
    return !this.#connection.inTransaction;
  }

  /** Runs one statement, when it is a writer's turn. @throws SqlError */
  async execute(statement: Statement, args: Arguments, wantRows: boolean): Promise<Executed> {
    refuseReserved(statement);
    const deadline = performance.now() + this.#busyTimeoutMs;
    let failed = true;
    try {
      if (this.#connection.isLittered) await this.#connection.sweep();
      const prepared = await retryWhileBusy(deadline, () => this.#connection.prepare(statement));
      const values = bindArguments(statement.parameters, args, statement.verb === "explain");
      refuseUnreadableText(statement, values);
      if (!prepared.readonly) await this.#queueForWriting(deadline);
      const started = performance.now();
      const outcome = await retryWhileBusy(deadline, () => this.#connection.run(prepared, values, wantRows));
      failed = false;
      this.#count(prepared, outcome);
      return { ...outcome, durationMs: performance.now() - started };
    } catch (error) {
      throw toSqlError(error);
    } finally {
      this.#settle(statement, failed);
    }
  }

  /** What SQLite knows of a statement before it runs. @throws SqlError */
  describe(statement: Statement): { readonly: boolean; columns: readonly Column[] } {
    refuseReserved(statement);
    try {
      return this.#connection.describe(statement);
    } catch (error) {
      throw toSqlError(error);
    }
  }

  /** Rolls back what is open and gives connection and lock back. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#file.give(this.#connection);
    this.#file.lock.release(this);
  }

  async #queueForWriting(deadline: number): Promise<void> {
    if (this.#mayOnlyRead) {
      throw new SqlError("SQLite error: attempt to write in a read-only transaction", "SQLITE_READONLY");
    }
    const { lock } = this.#file;
    const granted = lock.tryAcquire(this) || (await lock.acquire(this, deadline - performance.now()));
    if (!granted) throw new SqlError("SQLite error: database is locked", "SQLITE_BUSY");
    if (this.#closed) {
      lock.release(this);
      throw new SqlError("The stream was closed while it waited for other writers", "SQLITE_BUSY");
    }
  }

  #count(prepared: Prepared, outcome: Outcome): void {
    const { stats } = this.#file;
    stats.statements += 1;
    stats.rows_read += outcome.rowsRead;
    stats.rows_written += outcome.rowsWritten;
    const { verb, opening } = prepared.statement;
    if (verb === "schema") {
      this.#changedSchema = true;
      this.#file.schema.generation += 1;
    }
    if (outcome.rowsWritten > 0 || verb === "schema") this.#changed = true;
    if (verb === "begin") this.#mayOnlyRead = opening.includes("READONLY");
  }

  /** Outside a transaction, whatever was open has now been committed or rolled back. */
  #settle(statement: Statement, failed: boolean): void {
    if (this.#closed || this.#connection.inTransaction) return;
    this.#file.lock.release(this);
    const committed = !failed && statement.verb !== "rollback";
    if (committed && this.#changed) {
      this.#file.committed();
    } else if (committed) {
      this.#file.stats.read_transactions += 1;
    }
    // Now other connections see it, or this one no longer does.
    if (this.#changedSchema) this.#file.schema.generation += 1;
    this.#changedSchema = false;
    this.#changed = false;
    this.#mayOnlyRead = false;
  }
}

async function retryWhileBusy<T>(deadline: number, attempt: () => T): Promise<T> {
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    await sleep(RETRY_EVERY_MS);
  }
}

/** @throws SqlError BLOCKED */
function refuseReserved({ verb, sql, opening }: Statement): void {
  if (verb === "attach") {
    throw new SqlError("Operation was blocked: the server keeps one data file", "BLOCKED");
  }
  const setting = opening[2] === "." ? opening[3] : opening[1];
  if (verb === "pragma" && RESERVED_SETTINGS.has(setting ?? "") && /[=(]/.test(sql)) {
    throw new SqlError(`Operation was blocked: the server decides on ${setting?.toLowerCase()}`, "BLOCKED");
  }
}

/** @throws SqlError SQLITE_MISMATCH */
function refuseUnreadableText(statement: Statement, values: readonly SqlValue[]): void {
  for (const value of values) {
    const reason = typeof value === "string" ? whyUnreadable(value, statement.readsJson) : undefined;
    if (reason !== undefined) throw new SqlError(`Text with ${reason} cannot be stored`, "SQLITE_MISMATCH");
  }
}
