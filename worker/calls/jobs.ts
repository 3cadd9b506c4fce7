import type { Database } from "../../db/client.ts";
import { answered } from "./commit.ts";
import { eraseCaller } from "./erase-caller.ts";
import { eraseCustomer } from "./erase-customer.ts";
import type { Step } from "./job.ts";
import { type Job, type JobKind, nextJob, readJob } from "./maintenance-queries.ts";
import { rebuildZone } from "./rebuild-zone.ts";
import { dropOld } from "./retention.ts";

type Run = (database: Database, org: string, job: Job, step: Step) => Promise<void>;

const KINDS: Record<JobKind, Run> = {
  retention: dropOld,
  "erase-customer": eraseCustomer,
  "erase-caller": eraseCaller,
  "rebuild-zone": rebuildZone,
};

/** So long a chunk should take: whoever sends new calls waits for it. */
const WANTED_MS = 300;
const FEWEST = 25;
const MOST = 1000;

/** How many calls a chunk may change, by how long those before it took on this machine and in this database. */
export class ChunkSize {
  #calls = 200;

  get calls(): number {
    return this.#calls;
  }

  /** At most doubled from one to the next; halved, or more, at once. */
  fit(tookMs: number): void {
    const fitting = Math.min((this.#calls * WANTED_MS) / Math.max(tookMs, 1), this.#calls * 2);
    this.#calls = Math.round(Math.min(Math.max(fitting, FEWEST), MOST));
  }
}

/**
 * Does one chunk of the organisation's oldest open job.
 * @param now UTC ms
 * @param calls how many calls the chunk may change
 * @returns false when no job is open
 * @throws DatabaseUnavailable when the database cannot be read: the chunk was not begun
 */
export async function runNextChunk(
  database: Database,
  org: string,
  now: number,
  calls: number,
): Promise<boolean> {
  const [found] = await database.read([nextJob(org)]);
  const job = readJob(answered(found));
  if (job === null) return false;
  await KINDS[job.kind](database, org, job, { now, calls });
  return true;
}
