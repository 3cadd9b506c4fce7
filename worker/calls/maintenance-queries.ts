import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../db/client.ts";
import { number, numberOrNull, text, textOrNull } from "../../db/rows.ts";
import { packed } from "./packed-rows.ts";
import { CALL_COLUMNS } from "./stored-call.ts";

const CELLS = CALL_COLUMNS.map((column) => `c.${column}`);

/** The oldest calls that started before `before` (UTC ms); read by `readCalls`. */
export function oldestCalls(org: string, before: number, limit: number): Statement {
  return {
    sql: packed(
      CELLS,
      "FROM (SELECT * FROM calls WHERE org = ?1 AND started_at < ?2 ORDER BY started_at LIMIT ?3) c",
    ),
    args: [org, before, limit],
  };
}

/** Of a caller the newest calls that started before `before` (UTC ms); read by `readCalls`. */
export function callsOfCaller(org: string, caller: string, before: number, limit: number): Statement {
  return {
    sql: packed(
      CELLS,
      `FROM (SELECT * FROM calls WHERE org = ?1 AND caller = ?2 AND started_at < ?3
       ORDER BY started_at DESC LIMIT ?4) c`,
    ),
    args: [org, caller, before, limit],
  };
}

/** How many calls `callsOfCaller` would give without a limit. */
export function countCallsOfCaller(org: string, caller: string, before: number): Statement {
  return {
    sql: "SELECT count(*) AS n FROM calls WHERE org = ?1 AND caller = ?2 AND started_at < ?3",
    args: [org, caller, before],
  };
}

export const HOUR_MS = 3_600_000;

/**
 * A customer's calls that started in the hours (since 1970-01-01 in UTC) from `from` to before `to`, and
 * before `before` (UTC ms): at most `limit`, for `readCalls`.
 */
export function callsOfCustomer(
  org: string,
  customer: string,
  before: number,
  hours: { readonly from: number; readonly to: number },
  limit: number,
): Statement {
  return {
    sql: `WITH RECURSIVE hour (h) AS (
            SELECT CAST(?4 AS INTEGER) WHERE ?4 < ?5 UNION ALL SELECT h + 1 FROM hour WHERE h + 1 < ?5)
          ${packed(
            CELLS,
            `FROM (SELECT c.* FROM hour CROSS JOIN calls c INDEXED BY calls_by_hour_customer
             WHERE c.org = ?1 AND c.started_at / 3600000 = hour.h AND c.customer_ref = ?2 AND c.started_at < ?3
             LIMIT ?6) c`,
          )}`,
    args: [org, customer, before, hours.from, hours.to, limit],
  };
}

export function countCallsBefore(org: string, before: number): Statement {
  return { sql: "SELECT count(*) AS n FROM calls WHERE org = ?1 AND started_at < ?2", args: [org, before] };
}

export function readCount(result: ResultSet): number {
  const row = result.rows[0];
  return row === undefined ? 0 : number(row, "n");
}

export function removeCalls(org: string, ids: readonly string[]): Statement {
  return {
    sql: "DELETE FROM calls WHERE org = ?1 AND call_id IN (SELECT value FROM json_each(?2))",
    args: [org, JSON.stringify(ids)],
  };
}

/** Takes the customer out of these calls: who it was, and what was said in words. No number changes. */
export function stripCustomer(org: string, ids: readonly string[]): Statement {
  return {
    sql: `UPDATE calls SET customer_ref = NULL, keywords = NULL
          WHERE org = ?1 AND call_id IN (SELECT value FROM json_each(?2))`,
    args: [org, JSON.stringify(ids)],
  };
}

/** The newest `limit` starts before `before` (UTC ms): the oldest of them, and how many there are. */
export function startsBefore(org: string, before: number, limit: number): Statement {
  return {
    sql: `SELECT min(started_at) AS oldest, count(*) AS n FROM (
            SELECT started_at FROM calls WHERE org = ?1 AND started_at < ?2
            ORDER BY started_at DESC LIMIT ?3)`,
    args: [org, before, limit],
  };
}

/** The oldest start of a call, for `readStarts`. */
export function oldestStart(org: string): Statement {
  return { sql: "SELECT min(started_at) AS oldest, 0 AS n FROM calls WHERE org = ?1", args: [org] };
}

export function readStarts(result: ResultSet): { oldest: number | null; n: number } {
  const row = result.rows[0];
  if (row === undefined) throw new Error("an aggregate has one row");
  return { oldest: numberOrNull(row, "oldest"), n: number(row, "n") };
}

/** Boundaries only move forward. */
export function raiseBoundaries(
  org: string,
  { calls, callers }: { readonly calls: number; readonly callers: number },
): Statement {
  return {
    sql: `UPDATE org_head SET calls_since = max(calls_since, ?2), callers_since = max(callers_since, ?3)
          WHERE org = ?1`,
    args: [org, calls, callers],
  };
}

/** From now on days are cut in `zone`, and none that was cut before is believed. */
export function cutAnew(org: string, zone: string, since: number): Statement {
  return {
    sql: `UPDATE org_head SET zone = ?2, days_since = ?3, weeks_since = ?3, days_cut = NULL, weeks_cut = NULL
          WHERE org = ?1`,
    args: [org, zone, since],
  };
}

/** Days are whole from `since` on, and count calls from `cut` on. */
export function lowerDays(org: string, since: number, cut: number): Statement {
  return {
    sql: "UPDATE org_head SET days_since = ?2, days_cut = nullif(?3, ?2) WHERE org = ?1",
    args: [org, since, cut],
  };
}

/** The same for weeks. */
export function lowerWeeks(org: string, since: number, cut: number): Statement {
  return {
    sql: "UPDATE org_head SET weeks_since = ?2, weeks_cut = nullif(?3, ?2) WHERE org = ?1",
    args: [org, since, cut],
  };
}

/** The same for keywords. */
export function lowerKeywords(org: string, since: number, cut: number): Statement {
  return {
    sql: "UPDATE org_head SET keywords_since = ?2, keywords_cut = nullif(?3, ?2) WHERE org = ?1",
    args: [org, since, cut],
  };
}

/** Limits of an organisation, in months. */
export interface Limits {
  readonly callMonths: number;
  readonly callerMonths: number;
}

export function writeLimits(org: string, { callMonths, callerMonths }: Limits): Statement {
  return {
    sql: "UPDATE org_head SET call_months = ?2, caller_months = ?3 WHERE org = ?1",
    args: [org, callMonths, callerMonths],
  };
}

export function retentionOf(org: string): Statement {
  return {
    sql: `SELECT call_months, caller_months, calls_since, callers_since, late_refused
          FROM org_head WHERE org = ?1`,
    args: [org],
  };
}

export interface Retention extends Limits {
  readonly callsSince: number;
  readonly callersSince: number;
  readonly lateRefused: number;
}

/** The defaults before an organisation's first call. */
export function readRetention(result: ResultSet): Retention {
  const row = result.rows[0];
  if (row === undefined)
    return { callMonths: 36, callerMonths: 13, callsSince: 0, callersSince: 0, lateRefused: 0 };
  return {
    callMonths: number(row, "call_months"),
    callerMonths: number(row, "caller_months"),
    callsSince: number(row, "calls_since"),
    callersSince: number(row, "callers_since"),
    lateRefused: number(row, "late_refused"),
  };
}

/** A stored call forgets its revision, so that the next event of it counts whatever its own is. */
export function forgetRevision(org: string, callId: string): Statement {
  return { sql: "UPDATE calls SET rev = 0 WHERE org = ?1 AND call_id = ?2", args: [org, callId] };
}

export function zoneOfDirectory(org: string, zone: string): Statement {
  return { sql: "UPDATE organization SET time_zone = ?2 WHERE id = ?1", args: [org, zone] };
}

export type JobKind = "retention" | "erase-customer" | "erase-caller" | "rebuild-zone";

/** Work in chunks, as it stands. */
export interface Job {
  readonly job: string;
  readonly kind: JobKind;
  readonly state: "open" | "done";
  readonly mode: string | null;
  /** Whom it is about; null once it is finished. */
  readonly ref: string | null;
  /** UTC ms. */
  readonly before: number | null;
  readonly cursor: string;
  /** Calls dealt with; of an erased customer hours that were looked through. */
  readonly processed: number;
  /** How many there were at its beginning. */
  readonly total: number;
  readonly createdAt: number;
  readonly finishedAt: number | null;
}

export function openJob(org: string, job: Omit<Job, "state" | "processed" | "finishedAt">): Statement {
  return {
    sql: `INSERT INTO call_job (org, job, kind, state, mode, ref, before, cursor, processed, total, created_at)
          VALUES (?1, ?2, ?3, 'open', ?4, ?5, ?6, ?7, 0, ?8, ?9)`,
    args: [org, job.job, job.kind, job.mode, job.ref, job.before, job.cursor, job.total, job.createdAt],
  };
}

/** A newer change of the zone has taken their place. */
export function supersedeRebuilds(org: string, now: number): Statement {
  return {
    sql: `UPDATE call_job SET state = 'done', finished_at = ?2
          WHERE org = ?1 AND kind = 'rebuild-zone' AND state = 'open'`,
    args: [org, now],
  };
}

/** What a chunk did to its job; `finished` is UTC ms, or null while more is to do. */
export interface Progress {
  readonly cursor: string;
  readonly processed: number;
  readonly finished: number | null;
}

export function moveJob(org: string, job: string, { cursor, processed, finished }: Progress): Statement {
  return {
    sql: `UPDATE call_job SET cursor = ?3, processed = processed + ?4, finished_at = ?5,
            state = iif(?5 IS NULL, 'open', 'done'), ref = iif(?5 IS NULL, ref, NULL)
          WHERE org = ?1 AND job = ?2`,
    args: [org, job, cursor, processed, finished],
  };
}

const JOB_COLUMNS = "job, kind, state, mode, ref, before, cursor, processed, total, created_at, finished_at";

/** The oldest open job. */
export function nextJob(org: string): Statement {
  return {
    sql: `SELECT ${JOB_COLUMNS} FROM call_job WHERE org = ?1 AND state = 'open' ORDER BY created_at, job LIMIT 1`,
    args: [org],
  };
}

export function jobById(org: string, job: string): Statement {
  return { sql: `SELECT ${JOB_COLUMNS} FROM call_job WHERE org = ?1 AND job = ?2`, args: [org, job] };
}

/** The newest job of a kind. */
export function newestJob(org: string, kind: JobKind): Statement {
  return {
    sql: `SELECT ${JOB_COLUMNS} FROM call_job WHERE org = ?1 AND kind = ?2 ORDER BY created_at DESC, job LIMIT 1`,
    args: [org, kind],
  };
}

const KINDS: readonly JobKind[] = ["retention", "erase-customer", "erase-caller", "rebuild-zone"];

export function readJob(result: ResultSet): Job | null {
  const row = result.rows[0];
  if (row === undefined) return null;
  const kind = KINDS.find((one) => one === text(row, "kind"));
  if (kind === undefined) throw new TypeError("a job is of a kind that nobody knows");
  return {
    job: text(row, "job"),
    kind,
    state: text(row, "state") === "done" ? "done" : "open",
    mode: textOrNull(row, "mode"),
    ref: textOrNull(row, "ref"),
    before: numberOrNull(row, "before"),
    cursor: text(row, "cursor"),
    processed: number(row, "processed"),
    total: number(row, "total"),
    createdAt: number(row, "created_at"),
    finishedAt: numberOrNull(row, "finished_at"),
  };
}

/** Not the copy that a move left behind or is making. */
const WRITTEN_HERE = "AND org NOT IN (SELECT org FROM org_closed)";

/** Organisations with an open job, at most `limit`. */
export function organisationsWithJobs(limit: number): Statement {
  return {
    sql: `SELECT DISTINCT org FROM call_job WHERE state = 'open' ${WRITTEN_HERE} LIMIT ?1`,
    args: [limit],
  };
}

/** Organisations whose nightly work of this UTC day was not begun, at most `limit`. */
export function organisationsBeforeNight(night: number, limit: number): Statement {
  return { sql: `SELECT org FROM org_head WHERE night < ?1 ${WRITTEN_HERE} LIMIT ?2`, args: [night, limit] };
}

export function readOrganisations(result: ResultSet): string[] {
  return result.rows.map((row) => text(row, "org"));
}

export function beginNight(org: string, night: number): Statement {
  return { sql: "UPDATE org_head SET night = max(night, ?2) WHERE org = ?1", args: [org, night] };
}

/** What a self-check found. */
export interface Alarm {
  readonly alarm: string;
  /** UTC ms. */
  readonly at: number;
  readonly kind: string;
  /** JSON without personal data. */
  readonly detail: string;
}

export function raiseAlarm(org: string, { alarm, at, kind, detail }: Alarm): Statement {
  return {
    sql: "INSERT INTO alarm (org, alarm, at, kind, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
    args: [org, alarm, at, kind, detail],
  };
}

export function newestAlarms(org: string, limit: number): Statement {
  return {
    sql: "SELECT alarm, at, kind, detail FROM alarm WHERE org = ?1 ORDER BY at DESC, alarm LIMIT ?2",
    args: [org, limit],
  };
}

export function readAlarms(result: ResultSet): Alarm[] {
  return result.rows.map((row) => ({
    alarm: text(row, "alarm"),
    at: number(row, "at"),
    kind: text(row, "kind"),
    detail: text(row, "detail"),
  }));
}
