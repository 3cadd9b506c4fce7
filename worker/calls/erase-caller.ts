import type { Database } from "../../db/client.ts";
import { forgetCallerState } from "../live/queries.ts";
import { callerDaysBefore, type RollupRow, readRollupRows } from "../metrics/maintenance-queries.ts";
import { emptyDeltas, moveCallerDay, type RollupDeltas } from "../metrics/rollups.ts";
import type { Standing } from "./change-calls.ts";
import { answered } from "./commit.ts";
import { runChunk, type Step } from "./job.ts";
import { callsOfCaller, type Job } from "./maintenance-queries.ts";
import { readCalls } from "./queries.ts";
import { layTombstones } from "./tombstone-queries.ts";
import { keyOf, macOf } from "./tombstones.ts";

const DAYS = 200;

/**
 * One chunk of a caller's erasure. First the calls, the newest first, each with its differences in every
 * rollup: removed, or under the anonymous id that is the job's cursor. Then the days whose calls
 * retention has dropped: they stay in the team's numbers and are nobody's, or the anonymous id's.
 * What the board says of the caller goes with each chunk. What is done no longer answers to the caller's id, so that the work itself says how far it is.
 */
export async function eraseCaller(
  database: Database,
  org: string,
  job: Job,
  { now, calls: limit }: Step,
): Promise<void> {
  const { ref, before, cursor } = job;
  if (ref === null || before === null) throw new Error("an open erasure knows whom and until when");
  const alias = job.mode === "anonymise" ? cursor : null;
  await runChunk(database, org, job, [callsOfCaller(org, ref, before, limit)], async (standing, [found]) => {
    const calls = readCalls(answered(found));
    if (calls.length > 0) {
      const key = keyOf(standing.head.tombstoneKey);
      const removed = calls.map(
        (call) =>
          ({ mac: macOf(key, "call", call.call_id), kind: "call", before: null, alias: null }) as const,
      );
      return {
        changes: calls.map((call) => ({
          before: call,
          after: alias === null ? null : { ...call, caller: alias },
        })),
        statements: [forgetCallerState(org, ref), ...(alias === null ? [layTombstones(org, removed)] : [])],
        progress: { cursor, processed: calls.length, finished: null },
      };
    }
    const rows = await daysWithoutCalls(database, org, ref, standing);
    return {
      deltas: handOver(rows, alias, standing),
      statements: [forgetCallerState(org, ref)],
      progress: { cursor, processed: 0, finished: rows.length < DAYS ? now : null },
    };
  });
}

/** Days of a caller before the oldest call that is kept. */
async function daysWithoutCalls(
  database: Database,
  org: string,
  caller: string,
  { head, zone }: Standing,
): Promise<RollupRow[]> {
  if (head.callsSince === 0) return [];
  const day = zone.localDay(head.callsSince);
  const [rows] = await database.read([callerDaysBefore(org, caller, day, DAYS)]);
  return readRollupRows(answered(rows));
}

function handOver(rows: readonly RollupRow[], alias: string | null, { zone, since }: Standing): RollupDeltas {
  const deltas = emptyDeltas();
  for (const { key, tally } of rows) {
    const [day, caller, team] = key;
    if (typeof caller !== "string" || typeof day !== "number" || typeof team !== "string") {
      throw new TypeError("a caller's day has the key day, caller, team");
    }
    moveCallerDay(deltas, [day, caller, team], alias, tally, zone, since);
  }
  return deltas;
}
