import type { Database, Statement } from "../../db/client.ts";
import { auditEntry } from "../accounts/audit.ts";
import { countLocalRows, readLeft, removeLocalRows } from "../metrics/maintenance-queries.ts";
import { firstDayOf, weekOf } from "../metrics/range.ts";
import { type CountedCall, type KeptSince, rollupDeltas } from "../metrics/rollups.ts";
import { type Zone, zoneNamed } from "../metrics/zone.ts";
import { changeCalls } from "./change-calls.ts";
import { answered } from "./commit.ts";
import { newJobId, runChunk, type Step } from "./job.ts";
import {
  countCallsBefore,
  cutAnew,
  type Job,
  lowerDays,
  lowerKeywords,
  lowerWeeks,
  openJob,
  readCount,
  readStarts,
  startsBefore,
  supersedeRebuilds,
  zoneOfDirectory,
} from "./maintenance-queries.ts";
import { countedCalls, type Head, readCountedCalls } from "./queries.ts";

/** Later than any call: nothing that is cut by local time is believed. The last instant of a JavaScript date. */
const NEVER = 8_640_000_000_000_000;
/** Rows that are cleared for each call that a chunk may change. */
const ROWS_A_CALL = 2;

const CLEAR = "clear";
const DAYS = "days";
const WEEKS = "weeks";
const KEYWORDS = "keywords";

/**
 * Gives an organisation another time zone. From this commit on its questions are answered in the new
 * zone, from slots and calls; the job then cuts days and weeks anew, the newest first, and `days_since` and
 * `weeks_since` go back with it. Its last step counts keywords where they were not counted yet. Days whose calls are
 * no longer kept cannot be cut anew: slots answer for them where they can, and what cannot be answered is refused.
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
  if (job.cursor === CLEAR) await clear(database, org, job, step.calls * ROWS_A_CALL);
  else await cutPeriods(database, org, job, periodOf(job.cursor), step);
}

/** While nothing is believed nothing is written either: what is cleared stays clear. */
async function clear(database: Database, org: string, job: Job, rows: number): Promise<void> {
  await runChunk(database, org, job, [countLocalRows(org, rows)], (_, [left]) => {
    const more = readLeft(answered(left)) > 0;
    return {
      statements: more ? removeLocalRows(org, rows) : [],
      progress: { cursor: more ? CLEAR : DAYS, processed: 0, finished: null },
    };
  });
}

/** Local days or weeks, and from when on they are cut in the present zone; or keywords, from when on they are counted. */
interface Period {
  /** The start of the period in which an instant lies, or of one that many later; UTC ms. */
  start(zone: Zone, at: number, later: number): number;
  /** From when on they are whole, UTC ms. */
  since(head: Head): number;
  /** From when on calls are counted in them, UTC ms. */
  cut(head: Head): number;
  /** The boundaries of a count from `from` on that touches no other rollup. */
  only(from: number, head: Head): KeptSince;
  /** What a call counted as before, in this step's eyes. */
  before(call: CountedCall): CountedCall | null;
  lower(org: string, since: number, cut: number): Statement;
  readonly next: string | null;
}

const days: Period = {
  start: (zone, at, later) => zone.startOfDay(zone.localDay(at) + later),
  since: (head) => head.daysSince,
  cut: (head) => head.daysCut,
  only: (from, head) => ({
    days: from,
    callers: head.callersSince,
    weeks: NEVER,
    keywords: head.keywordsCut,
  }),
  before: () => null,
  lower: lowerDays,
  next: WEEKS,
};

const weeks: Period = {
  start: (zone, at, later) => zone.startOfDay(firstDayOf(weekOf(zone.localDay(at)) + later)),
  since: (head) => head.weeksSince,
  cut: (head) => head.weeksCut,
  only: (from, head) => ({ days: NEVER, callers: head.callersSince, weeks: from, keywords: NEVER }),
  before: () => null,
  lower: lowerWeeks,
  next: KEYWORDS,
};

/** Their rows are there, without words. */
const keywords: Period = {
  start: days.start,
  since: (head) => head.keywordsSince,
  cut: (head) => head.keywordsCut,
  only: (from, head) => ({
    days: head.daysCut,
    callers: head.callersSince,
    weeks: NEVER,
    keywords: from,
  }),
  before: (call) => ({ ...call, keywords: null }),
  lower: lowerKeywords,
  next: null,
};

function periodOf(cursor: string): Period {
  if (cursor === DAYS) return days;
  return cursor === WEEKS ? weeks : keywords;
}

/**
 * Counts the newest calls that are not cut yet into the rollups of their periods; slots have all but their words.
 * A chunk may end inside a period: whoever writes a call counts it there from then on, and nobody believes
 * the period before all of it is counted.
 */
async function cutPeriods(
  database: Database,
  org: string,
  job: Job,
  period: Period,
  { now, calls: limit }: Step,
): Promise<void> {
  await runChunk(database, org, job, [], async ({ head, zone }) => {
    const until = period.cut(head);
    const floor = head.callsSince === 0 ? 0 : firstWhole(period, zone, head.callsSince);
    const [starts] = await database.read([startsBefore(org, until, limit)]);
    const { oldest, n } = readStarts(answered(starts));
    const from =
      oldest === null || n < limit ? Math.min(floor, until) : Math.max(floor, wholeInstant(oldest, until));
    const [found] = await database.read([countedCalls(org, from, until)]);
    const counted = readCountedCalls(answered(found)).map((after) => ({
      before: period.before(after),
      after,
    }));
    const deltas = rollupDeltas(counted, zone, period.only(from, head));
    if (period !== keywords) deltas.slots.clear();
    const done = from <= floor;
    const since = Math.min(period.since(head), done ? floor : firstWhole(period, zone, from));
    return {
      deltas,
      statements: [period.lower(org, since, from)],
      progress: {
        cursor: done ? (period.next ?? job.cursor) : job.cursor,
        processed: period === days ? counted.length : 0,
        finished: done && period.next === null ? now : null,
      },
    };
  });
}

/** Calls of the oldest instant may have been left out: it is left to the next chunk, unless it is all there is. */
function wholeInstant(oldest: number, until: number): number {
  return oldest + 1 < until ? oldest + 1 : oldest;
}

/** The start of the first period that begins at this instant (UTC ms) or later. */
function firstWhole(period: Period, zone: Zone, at: number): number {
  const start = period.start(zone, at, 0);
  return start < at ? period.start(zone, at, 1) : start;
}
