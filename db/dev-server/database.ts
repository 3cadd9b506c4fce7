import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Connection, type Schema } from "./connection.ts";
import { newStats, type Stats } from "./counters.ts";
import { toSqlError } from "./errors.ts";
import { LogSync } from "./log-sync.ts";
import { WriteLock } from "./write-lock.ts";

const MAX_IDLE_CONNECTIONS = 8;

/** So long after the last commit the log is folded into the data file and emptied. */
const CHECKPOINT_AFTER_MS = 1_000;

/** The one data file: its connections, its writer's queue, its counters. */
export class DataFile {
  readonly #file: string;
  readonly #idle: Connection[] = [];
  readonly #keeper: Connection;
  readonly lock = new WriteLock();
  readonly stats: Stats = newStats();
  readonly schema: Schema = { generation: 0 };
  readonly #log: LogSync;
  #checkpoint: NodeJS.Timeout | undefined;
  #closed = false;

  /** Creates the file and its folder where they are missing. @throws SqlError, or the system's error */
  constructor(file: string) {
    makeFolder(dirname(file));
    this.#file = file;
    this.#log = new LogSync(`${file}-wal`, this.stats);
    this.#keeper = new Connection(file, this.schema);
    this.#keeper.exec("BEGIN IMMEDIATE; ROLLBACK");
  }

  take(): Connection {
    return this.#idle.pop() ?? new Connection(this.#file, this.schema);
  }

  /** Takes a connection back. Only one that is as good as new is used again. */
  give(connection: Connection): void {
    if (connection.inTransaction) connection.exec("ROLLBACK");
    if (this.#closed || connection.altered || this.#idle.length >= MAX_IDLE_CONNECTIONS) connection.close();
    else this.#idle.push(connection);
  }

  /** Something was committed: before anybody is told of it, `durable`. */
  committed(): void {
    this.stats.write_transactions += 1;
    this.#log.committed();
    this.#scheduleCheckpoint();
  }

  /** Resolves when all that was committed before the call is on the disk. @throws the system's error */
  durable(): Promise<void> {
    return this.#log.durable();
  }

  /** Erased rows are overwritten in the data file, but the log keeps what was written until it is emptied. */
  #scheduleCheckpoint(): void {
    if (this.#closed) return;
    clearTimeout(this.#checkpoint);
    this.#checkpoint = setTimeout(() => {
      if (!this.lock.tryAcquire(this.#keeper)) return this.#scheduleCheckpoint();
      const emptied = this.#emptyLog();
      this.lock.release(this.#keeper);
      if (!emptied) this.#scheduleCheckpoint();
    }, CHECKPOINT_AFTER_MS).unref();
  }

  /** False when a reader still needs the log, or the disk would not take it: nothing is lost then. */
  #emptyLog(): boolean {
    try {
      const [row] = this.#keeper.query("PRAGMA wal_checkpoint(TRUNCATE)");
      return row?.[0] === 0n;
    } catch (error) {
      console.error(`The write-ahead log could not be emptied: ${toSqlError(error).message}`);
      return false;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#checkpoint);
    await this.#log.close();
    for (const connection of this.#idle.splice(0)) connection.close();
    this.#emptyLog();
    this.#keeper.close();
  }
}

/** Node's own recursive `mkdir` never returns where the system says ENOENT for a folder like /proc/x. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}
