import type { Database } from "../../db/client.ts";
import {
  forgetCallersOfWeeks,
  oldCallerDays,
  oldWeeksWithCallers,
  readCallerDayKeys,
  readLeft,
  removeCallerDays,
} from "../metrics/maintenance-queries.ts";
import { firstDayOf, weekOf } from "../metrics/range.ts";
import type { Zone } from "../metrics/zone.ts";
import { changeCalls } from "./change-calls.ts";
import { answered } from "./commit.ts";
import { withoutWords } from "./erase-customer.ts";
import { newJobId, runChunk, type Step } from "./job.ts";
import {
  countCallsBefore,
  type Job,
  type Limits,
  oldestCalls,
  openJob,
  raiseBoundaries,
  readCount,
  readRetention,
  removeCalls,
  retentionOf,
} from "./maintenance-queries.ts";
import { readCalls } from "./queries.ts";
import { retentionHorizon } from "./retention-horizon.ts";
import { keepTombstoneKey, layTombstones } from "./tombstone-queries.ts";
import { keyOf, macOf, newTombstoneKey } from "./tombstones.ts";

/** Days of callers that go for each call that a chunk may change. */
const DAYS_A_CALL = 2;

/** What an organisation's limits mean at `now`; all UTC ms. */
export interface Boundaries {
  /** The start of the local day in which the oldest call lies that is kept. */
  readonly calls: number;
  /** The start of the local week, from Monday, in which the callers' numbers begin that are kept. */
  readonly callers: number;
}

export function boundariesOf(limits: Limits, zone: Zone, now: number): Boundaries {
  const callers = zone.localDay(retentionHorizon(now, limits.callerMonths));
  return {
    calls: zone.startOfDay(zone.localDay(retentionHorizon(now, limits.callMonths))),
    callers: zone.startOfDay(firstDayOf(weekOf(callers))),
  };
}

/**
 * Raises the boundaries before which calls, and numbers of single callers, are no longer kept, and opens
 * the job that drops them. Questions are bound by the boundaries at once, so that no answer is made of
 * half of what is going. Nothing to drop opens no job.
 * @returns the job's id, or null
 */
export async function startRetention(database: Database, org: string, now: number): Promise<string | null> {
  return changeCalls(database, org, [retentionOf(org)], async ({ head, zone }, [found]) => {
    const boundaries = boundariesOf(readRetention(answered(found)), zone, now);
    const [calls, days] = await database.read([
      countCallsBefore(org, boundaries.calls),
      oldCallerDays(org, zone.localDay(boundaries.callers), 1),
    ]);
    const total = readCount(answered(calls));
    if (total === 0 && readCallerDayKeys(answered(days)).length === 0) return null;
    const job = newJobId();
    return {
      statements: [
        keepTombstoneKey(org, head.tombstoneKey ?? newTombstoneKey()),
        raiseBoundaries(org, boundaries),
        openJob(org, {
          job,
          kind: "retention",
          mode: null,
          ref: null,
          before: boundaries.calls,
          cursor: "",
          total,
          createdAt: now,
        }),
      ],
      outcome: job,
    };
  });
}

/**
 * One chunk of retention: the oldest calls go and leave tombstones, their rollups stay, but for the words. Then the days of
 * single callers go that are past their own limit; their team's rows count them already.
 */
export async function dropOld(
  database: Database,
  org: string,
  job: Job,
  { now, calls: limit }: Step,
): Promise<void> {
  const { before, cursor } = job;
  if (before === null) throw new Error("an open retention knows until when");
  await runChunk(
    database,
    org,
    job,
    [oldestCalls(org, before, limit)],
    async ({ head, zone, since }, [found]) => {
      const calls = readCalls(answered(found));
      if (calls.length > 0) {
        const key = keyOf(head.tombstoneKey);
        const ids = calls.map((call) => call.call_id);
        const dropped = ids.map(
          (id) => ({ mac: macOf(key, "call", id), kind: "call", before: null, alias: null }) as const,
        );
        return {
          deltas: withoutWords(calls, zone, since),
          statements: [removeCalls(org, ids), layTombstones(org, dropped)],
          progress: { cursor, processed: ids.length, finished: null },
        };
      }
      const day = zone.localDay(head.callersSince);
      const rows = limit * DAYS_A_CALL;
      const [days, weeks] = await database.read([
        oldCallerDays(org, day, rows),
        oldWeeksWithCallers(org, weekOf(day)),
      ]);
      const keys = readCallerDayKeys(answered(days));
      const hasWeeks = readLeft(answered(weeks)) > 0;
      return {
        statements: [
          ...(keys.length === 0 ? [] : [removeCallerDays(org, keys)]),
          ...(hasWeeks ? [forgetCallersOfWeeks(org, weekOf(day))] : []),
        ],
        progress: { cursor, processed: 0, finished: keys.length < rows ? now : null },
      };
    },
  );
}
