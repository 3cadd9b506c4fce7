import type { Database, Statement } from "../../db/client.ts";
import { auditEntry } from "../accounts/audit.ts";
import { countLocalRows, readLeft, removeLocalRows } from "../metrics/maintenance-queries.ts";
import { firstDayOf, weekOf } from "../metrics/range.ts";
import { type KeptSince, rollupDeltas } from "../metrics/rollups.ts";
import { type Zone, zoneNamed } from "../metrics/zone.ts";
import { changeCalls } from "./change-calls.ts";
import { answered } from "./commit.ts";
import { newJobId, runChunk, type Step } from "./job.ts";
import {
  countCallsBefore,
  cutAnew,
  type Job,
  lowerDaysSince,
  lowerWeeksSince,
  openJob,
  readCount,
  readStarts,
  startsBefore,
  supersedeRebuilds,
  zoneOfDirectory,
} from "./maintenance-queries.ts";
import { type Head, measuredCalls, readMeasuredCalls } from "./queries.ts";

/** Later than any call: nothing that is cut by local time is believed. The last instant of a JavaScript date. */
const NEVER = 8_640_000_000_000_000;
const ROWS = 2000;

const CLEAR = "clear";
const DAYS = "days";
const WEEKS = "weeks";

/**
 * Gives an organisation another time zone. From this commit on its questions are answered in the new
 * zone, from slots and calls; the job then cuts days and weeks anew, the newest first, and `days_since` and
 * `weeks_since` go back with it. Days whose calls are no longer kept cannot be cut anew: slots answer for them where they
 * can, and what cannot be answered is refused.
 * @param name an IANA zone that `zoneNamed` knows; an alias of the present one cuts nothing anew
 * @param now UTC ms
 * @returns the job's id, or null where the zone was already this one
 */
export async function startZoneChange(
  database: Database,
  org: string,
  name: string,
  actor: string,
  now: number,
): Promise<string | null> {
  return changeCalls(database, org, [countCallsBefore(org, NEVER)], ({ zone }, [calls]) => {
    const job = newJobId();
    const directory = [
      zoneOfDirectory(org, name),
      auditEntry({ id: `audit_${job}`, org, at: now, actor, action: "org.time_zone", target: name }),
    ];
    if (zone.name === zoneNamed(name)?.name) return { statements: directory, outcome: null };
    return {
      statements: [
        ...directory,
        cutAnew(org, name, NEVER),
        supersedeRebuilds(org, now),
        openJob(org, {
          job,
          kind: "rebuild-zone",
          mode: name,
          ref: null,
          before: null,
          cursor: CLEAR,
          total: readCount(answered(calls)),
          createdAt: now,
        }),
      ],
      outcome: job,
    };
  });
}

/** One chunk of cutting days and weeks anew. */
export async function rebuildZone(database: Database, org: string, job: Job, step: Step): Promise<void> {
  if (job.cursor === CLEAR) await clear(database, org, job);
  else await cutPeriods(database, org, job, job.cursor === DAYS ? days : weeks, step);
}

/** While nothing is believed nothing is written either: what is cleared stays clear. */
async function clear(database: Database, org: string, job: Job): Promise<void> {
  await runChunk(database, org, job, [countLocalRows(org, ROWS)], (_, [left]) => {
    const more = readLeft(answered(left)) > 0;
    return {
      statements: more ? removeLocalRows(org, ROWS) : [],
      progress: { cursor: more ? CLEAR : DAYS, processed: 0, finished: null },
    };
  });
}

/** Local days or weeks, and from when on they are cut in the present zone. */
interface Period {
  /** The start of the period in which an instant lies, or of one that many later; UTC ms. */
  start(zone: Zone, at: number, later: number): number;
  /** UTC ms. */
  since(head: Head): number;
  /** The boundaries of a count that touches no other rollup. */
  only(from: number, callers: number): KeptSince;
  lower(org: string, from: number): Statement;
  readonly next: string | null;
}

const days: Period = {
  start: (zone, at, later) => zone.startOfDay(zone.localDay(at) + later),
  since: (head) => head.daysSince,
  only: (from, callers) => ({ days: from, callers, weeks: NEVER }),
  lower: lowerDaysSince,
  next: WEEKS,
};

const weeks: Period = {
  start: (zone, at, later) => zone.startOfDay(firstDayOf(weekOf(zone.localDay(at)) + later)),
  since: (head) => head.weeksSince,
  only: (from, callers) => ({ days: NEVER, callers, weeks: from }),
  lower: lowerWeeksSince,
  next: null,
};

/**
 * Counts the calls of the newest periods that are not cut yet into their rollups; slots have them already.
 * A period is never divided: one with more calls than a chunk may have is a chunk of its own.
 */
async function cutPeriods(
  database: Database,
  org: string,
  job: Job,
  period: Period,
  { now, calls: limit }: Step,
): Promise<void> {
  await runChunk(database, org, job, [], async ({ head, zone }) => {
    const until = period.since(head);
    const floor = head.callsSince === 0 ? 0 : firstWhole(period, zone, head.callsSince);
    const [found] = await database.read([startsBefore(org, until, limit)]);
    const { oldest, n } = readStarts(answered(found));
    const from =
      oldest === null || n < limit ? floor : Math.max(floor, newestWhole(period, zone, oldest, until));
    const [measured] = await database.read([measuredCalls(org, [[0, from, until]], {})]);
    const counted = readMeasuredCalls(answered(measured)).map((after) => ({ before: null, after }));
    const deltas = rollupDeltas(counted, zone, period.only(from, head.callersSince));
    deltas.slots.clear();
    const done = from <= floor;
    return {
      deltas,
      statements: [period.lower(org, from)],
      progress: {
        cursor: done ? (period.next ?? job.cursor) : job.cursor,
        processed: period.next === null ? 0 : counted.length,
        finished: done && period.next === null ? now : null,
      },
    };
  });
}

/** The start of the first period that is whole among the calls from `oldest` to before `until`, or of its only one. */
function newestWhole(period: Period, zone: Zone, oldest: number, until: number): number {
  const whole = period.start(zone, oldest, 1);
  return whole < until ? whole : period.start(zone, oldest, 0);
}

function firstWhole(period: Period, zone: Zone, at: number): number {
  const start = period.start(zone, at, 0);
  return start < at ? period.start(zone, at, 1) : start;
}
