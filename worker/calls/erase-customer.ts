import type { Database } from "../../db/client.ts";
import { answered } from "./commit.ts";
import { runChunk, type Step } from "./job.ts";
import { type Job, readSearch, searchCustomer, stripCustomer } from "./maintenance-queries.ts";
import { layTombstones } from "./tombstone-queries.ts";
import { keyOf, macOf } from "./tombstones.ts";

/** Few of the calls that are looked at are the customer's. */
const LOOKED_AT = 10;

/**
 * One chunk of a customer's erasure: who it was and what was said in words leave the calls, every number
 * stays. The cursor is the id of the last call that was looked at; what comes in behind it is stripped
 * before it is stored.
 */
export async function eraseCustomer(
  database: Database,
  org: string,
  job: Job,
  { now, calls: limit }: Step,
): Promise<void> {
  if (job.ref === null || job.before === null) throw new Error("an open erasure knows whom and until when");
  const look = limit * LOOKED_AT;
  const questions = [searchCustomer(org, job.ref, job.before, job.cursor, look)];
  await runChunk(database, org, job, questions, ({ head }, [found]) => {
    const { ids, looked, last } = readSearch(answered(found));
    const key = keyOf(head.tombstoneKey);
    const stripped = ids.map(
      (id) => ({ mac: macOf(key, "call", id), kind: "stripped", before: null, alias: null }) as const,
    );
    return {
      statements: ids.length === 0 ? [] : [stripCustomer(org, ids), layTombstones(org, stripped)],
      progress: { cursor: last ?? job.cursor, processed: looked, finished: looked < look ? now : null },
    };
  });
}
