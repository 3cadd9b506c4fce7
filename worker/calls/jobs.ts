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

/** A chunk of this many calls takes well under a second of the database. */
const CALLS = 1000;

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
  calls: number = CALLS,
): Promise<boolean> {
  const [found] = await database.read([nextJob(org)]);
  const job = readJob(answered(found));
  if (job === null) return false;
  await KINDS[job.kind](database, org, job, { now, calls });
  return true;
}
