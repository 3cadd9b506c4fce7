import type { Database } from "../../db/client.ts";
import { readTimeZone, timeZoneOf } from "../accounts/queries.ts";
import { formatInstant } from "../http/fields.ts";
import { answered } from "./commit.ts";
import {
  type Job,
  jobById,
  newestAlarms,
  newestJob,
  readAlarms,
  readJob,
  readRetention,
  retentionOf,
} from "./maintenance-queries.ts";
import { headOf, readHead } from "./queries.ts";

/** What the routes of maintenance answer, as it leaves the product. */

/** How far an erasure is, or null where there is none with this id. */
export async function erasure(database: Database, org: string, id: string): Promise<object | null> {
  const [found] = await database.read([jobById(org, id)]);
  const job = readJob(answered(found));
  if (job?.kind !== "erase-customer" && job?.kind !== "erase-caller") return null;
  return { ...progressOf(job), kind: job.kind === "erase-customer" ? "customer" : "caller", mode: job.mode };
}

/** The organisation's limits, and what they did. */
export async function retention(database: Database, org: string): Promise<object> {
  const [found, last] = await database.read([retentionOf(org), newestJob(org, "retention")]);
  const { callMonths, callerMonths, callsSince, callersSince, lateRefused } = readRetention(answered(found));
  const job = readJob(answered(last));
  return {
    call_months: callMonths,
    caller_months: callerMonths,
    calls_since: callsSince === 0 ? null : formatInstant(callsSince),
    callers_since: callersSince === 0 ? null : formatInstant(callersSince),
    late_refused: lateRefused,
    last_run: job === null ? null : progressOf(job),
  };
}

/** The organisation's zone, and how far its days are cut in it at `now` (UTC ms). */
export async function organisation(database: Database, org: string, now: number): Promise<object> {
  const [directory, head, newest] = await database.read([
    timeZoneOf(org),
    headOf(org),
    newestJob(org, "rebuild-zone"),
  ]);
  const since = readHead(answered(head))?.daysSince ?? 0;
  const job = readJob(answered(newest));
  return {
    id: org,
    time_zone: readTimeZone(answered(directory)),
    // Before the first step is done no day is cut.
    days_since: since === 0 ? null : formatInstant(Math.min(since, now)),
    rebuild: job === null ? null : progressOf(job),
  };
}

/** The newest alarms. */
export async function alarms(database: Database, org: string, limit: number): Promise<object> {
  const [found] = await database.read([newestAlarms(org, limit)]);
  return {
    alarms: readAlarms(answered(found)).map(({ alarm, at, kind, detail }) => ({
      id: alarm,
      at: formatInstant(at),
      kind,
      detail: JSON.parse(detail),
    })),
  };
}

function progressOf({ job, state, processed, total, createdAt, finishedAt }: Job) {
  return {
    id: job,
    state,
    processed,
    total,
    created_at: formatInstant(createdAt),
    finished_at: finishedAt === null ? null : formatInstant(finishedAt),
  };
}
