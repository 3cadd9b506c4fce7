import type { Database } from "../../db/client.ts";
import { type KeptSince, type RollupDeltas, rollupDeltas } from "../metrics/rollups.ts";
import type { Zone } from "../metrics/zone.ts";
import type { Call } from "./call.ts";
import { answered } from "./commit.ts";
import { runChunk, type Step } from "./job.ts";
import { callsOfCustomer, HOUR_MS, type Job, stripCustomer } from "./maintenance-queries.ts";
import { readCalls } from "./queries.ts";
import { layTombstones } from "./tombstone-queries.ts";
import { keyOf, macOf } from "./tombstones.ts";

/** Looking into an hour takes some microseconds. */
const HOURS = 2000;

/** The hours from the organisation's oldest call to the order, `before` (UTC ms); hour 0 began in 1970. */
export function hoursBefore(oldest: number | null, before: number): { from: number; to: number } {
  const to = Math.floor(before / HOUR_MS) + 1;
  return { from: Math.min(to, Math.floor((oldest ?? before) / HOUR_MS)), to };
}

/** The differences when what was said in these calls is forgotten, and nothing else. */
export function withoutWords(calls: readonly Call[], zone: Zone, since: KeptSince): RollupDeltas {
  const changes = calls.map((before) => ({ before, after: { ...before, keywords: null } }));
  return rollupDeltas(changes, zone, since);
}

/**
 * One chunk of a customer's erasure: who it was and what was said in words leave the calls, every number
 * stays. The cursor is the hour from which on is looked; what comes in behind it is stripped before it is stored.
 */
export async function eraseCustomer(
  database: Database,
  org: string,
  job: Job,
  { now, calls: limit }: Step,
): Promise<void> {
  const { ref, before } = job;
  if (ref === null || before === null) throw new Error("an open erasure knows whom and until when");
  const from = Number(job.cursor);
  const end = hoursBefore(null, before).to;
  const to = Math.min(end, from + HOURS);
  const questions = [callsOfCustomer(org, ref, before, { from, to }, limit)];
  await runChunk(database, org, job, questions, ({ head, zone, since }, [found]) => {
    const calls = readCalls(answered(found));
    const ids = calls.map((call) => call.call_id);
    const key = keyOf(head.tombstoneKey);
    const stripped = ids.map(
      (id) => ({ mac: macOf(key, "call", id), kind: "stripped", before: null, alias: null }) as const,
    );
    // Stripped calls are not found again: with more of them the same hours are looked through once more.
    const next = ids.length < limit ? to : from;
    return {
      deltas: withoutWords(calls, zone, since),
      statements: ids.length === 0 ? [] : [stripCustomer(org, ids), layTombstones(org, stripped)],
      progress: { cursor: String(next), processed: next - from, finished: next === end ? now : null },
    };
  });
}
