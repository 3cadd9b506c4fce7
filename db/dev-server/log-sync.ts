import { type FileHandle, open } from "node:fs/promises";
import type { Stats } from "./counters.ts";

/**
 * Brings commits to the disk, beside the thread that makes them. SQLite itself would sync in each commit
 * and hold up everybody meanwhile; here one sync serves all commits that were made before it began, and
 * whoever wants to tell of a commit waits for it.
 */
export class LogSync {
  readonly #path: string;
  readonly #stats: Stats;
  #log: Promise<FileHandle> | undefined;
  #commits = 0;
  #durable = 0;
  #underWay: Promise<void> | undefined;
  #failure: Error | undefined;

  /** @param path of the write-ahead log */
  constructor(path: string, stats: Stats) {
    this.#path = path;
    this.#stats = stats;
  }

  committed(): void {
    this.#commits += 1;
  }

  /**
   * Resolves when all that was committed before the call is on the disk.
   * @throws the system's error: after a failed sync nobody knows what the disk has, so all later calls fail too
   */
  async durable(): Promise<void> {
    const wanted = this.#commits;
    while (this.#durable < wanted) {
      if (this.#failure !== undefined) throw this.#failure;
      // One that is under way may have begun before the commit.
      this.#underWay ??= this.#sync().finally(() => {
        this.#underWay = undefined;
      });
      await this.#underWay;
    }
  }

  async #sync(): Promise<void> {
    const commits = this.#commits;
    try {
      this.#log ??= open(this.#path, "r+");
      await (await this.#log).datasync();
      this.#stats.log_syncs += 1;
      this.#durable = commits;
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#underWay?.catch(() => undefined);
    await (await this.#log)?.close();
  }
}
