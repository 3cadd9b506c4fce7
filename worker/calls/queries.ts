import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../db/client.ts";
import { bytesOrNull, number, text, textOrNull } from "../../db/rows.ts";
import { COUNTERS, type Counters, emptyTally } from "../metrics/definitions.ts";
import type { CountedCall, KeptSince } from "../metrics/rollups.ts";
import type { Call } from "./call.ts";
import {
  type Cell,
  numberAt,
  numberOrNullAt,
  packed,
  packedRows,
  textAt,
  textOrNullAt,
} from "./packed-rows.ts";
import {
  CALL_COLUMNS,
  callOf,
  packCalls,
  SENTIMENTS,
  STATUSES,
  sentimentOf,
  statusOf,
} from "./stored-call.ts";

/** How far an organisation's calls have come. */
export interface Head {
  /** Committed batches that changed something. */
  readonly seq: number;
  /** IANA zone in which its day rollups are cut. */
  readonly zone: string;
  /** UTC ms: calls that started earlier may be gone. */
  readonly callsSince: number;
  /** UTC ms: rollups by local day begin here; 0 is always. */
  readonly daysSince: number;
  /** UTC ms: rollups of single callers begin here; 0 is always. */
  readonly callersSince: number;
  /** UTC ms: rollups by local week begin here; 0 is always. */
  readonly weeksSince: number;
  /** UTC ms: calls count in days, and in weeks, from here on; earlier than they are believed while they are cut anew. */
  readonly daysCut: number;
  readonly weeksCut: number;
  /** UTC ms: keywords are in the rollups from here on, and calls count in them from there on. */
  readonly keywordsSince: number;
  readonly keywordsCut: number;
  /** For how many months a call is kept. */
  readonly callMonths: number;
  /** Of the MACs in `tombstone`; null while there is none. */
  readonly tombstoneKey: Uint8Array | null;
}

export function headOf(org: string): Statement {
  return {
    sql: `SELECT seq, zone, calls_since, days_since, callers_since, weeks_since, call_months, tombstone_key,
            coalesce(days_cut, days_since) AS days_cut, coalesce(weeks_cut, weeks_since) AS weeks_cut,
            keywords_since, coalesce(keywords_cut, keywords_since) AS keywords_cut
          FROM org_head WHERE org = ?1`,
    args: [org],
  };
}

/** Null before an organisation's first call. */
export function readHead(result: ResultSet): Head | null {
  const row = result.rows[0];
  if (row === undefined) return null;
  return {
    seq: number(row, "seq"),
    zone: text(row, "zone"),
    callsSince: number(row, "calls_since"),
    daysSince: number(row, "days_since"),
    callersSince: number(row, "callers_since"),
    weeksSince: number(row, "weeks_since"),
    daysCut: number(row, "days_cut"),
    weeksCut: number(row, "weeks_cut"),
    keywordsSince: number(row, "keywords_since"),
    keywordsCut: number(row, "keywords_cut"),
    callMonths: number(row, "call_months"),
    tombstoneKey: bytesOrNull(row, "tombstone_key"),
  };
}

/** From when on a call is counted in which rollup, by whoever writes it. */
export function countedSince(head: Head | null): KeptSince {
  return {
    days: head?.daysCut ?? 0,
    callers: head?.callersSince ?? 0,
    weeks: head?.weeksCut ?? 0,
    keywords: head?.keywordsCut ?? 0,
  };
}

/**
 * The fence, statement 0 of every batch that writes calls or rollups: it fails, and all of the batch
 * with it, unless the head still stands at `seq` and the organisation is written in this database. No
 * head is 0.
 */
export function fence(org: string, seq: number, commitId: string): Statement {
  return {
    sql: `INSERT INTO org_commit (org, seq, commit_id)
          SELECT ?1, (SELECT ?2 + 1 WHERE coalesce((SELECT seq FROM org_head WHERE org = ?1), 0) = ?2
            AND NOT EXISTS (SELECT 1 FROM org_closed WHERE org = ?1)), ?3`,
    args: [org, seq, commitId],
  };
}

/** The fence of what has no place in the order of commits: it fails only where the organisation is closed. */
export function openFence(org: string): Statement {
  return {
    sql: `INSERT INTO org_commit (org, seq, commit_id)
          SELECT ?1, NULL, '' WHERE EXISTS (SELECT 1 FROM org_closed WHERE org = ?1)`,
    args: [org],
  };
}

/** Commit ids are asked for only right after a lost answer. */
const COMMITS_KEPT = 1000;

/** Moves the head behind the fence and forgets old commits. `zone` counts for the first commit only. */
export function advanceHead(org: string, seq: number, zone: string): Statement[] {
  return [
    {
      sql: `INSERT INTO org_head (org, seq, zone) VALUES (?1, ?2 + 1, ?3)
            ON CONFLICT (org) DO UPDATE SET seq = excluded.seq`,
      args: [org, seq, zone],
    },
    { sql: "DELETE FROM org_commit WHERE org = ?1 AND seq <= ?2", args: [org, seq - COMMITS_KEPT] },
  ];
}

/** Who committed at `seq`, and whether the organisation is closed in this database. */
export function commitAt(org: string, seq: number): Statement {
  return {
    sql: `SELECT (SELECT commit_id FROM org_commit WHERE org = ?1 AND seq = ?2) AS commit_id,
            EXISTS (SELECT 1 FROM org_closed WHERE org = ?1) AS closed`,
    args: [org, seq],
  };
}

export function readCommit(result: ResultSet): { commitId: string | null; closed: boolean } {
  const row = result.rows[0];
  if (row === undefined) throw new Error("a question about two facts has one row");
  return { commitId: textOrNull(row, "commit_id"), closed: number(row, "closed") === 1 };
}

const CELLS = CALL_COLUMNS.map((column) => `c.${column}`);

/** The stored calls among these ids. */
export function callsById(org: string, ids: readonly string[]): Statement {
  return {
    sql: packed(CELLS, "FROM json_each(?2) k CROSS JOIN calls c WHERE c.org = ?1 AND c.call_id = k.value"),
    args: [org, JSON.stringify(ids)],
  };
}

export function readCalls(result: ResultSet): Call[] {
  return packedRows(result).map(callOf);
}

/** The revisions of the stored calls among these ids: a fifth of the work of `callsById`. */
export function revisionsById(org: string, ids: readonly string[]): Statement {
  return {
    sql: packed(
      ["c.call_id", "c.rev"],
      "FROM json_each(?2) k CROSS JOIN calls c WHERE c.org = ?1 AND c.call_id = k.value",
    ),
    args: [org, JSON.stringify(ids)],
  };
}

export function readRevisions(result: ResultSet): Map<string, number> {
  return new Map(packedRows(result).map((row) => [textAt(row, 0), numberAt(row, 1)]));
}

const UPSERT_CALLS = `INSERT INTO calls (org, ${CALL_COLUMNS.join(", ")})
  SELECT ?1, ${CALL_COLUMNS.map((_, index) => `value ->> ${index}`).join(", ")} FROM json_each(?2) WHERE true
  ON CONFLICT (org, call_id) DO UPDATE SET ${CALL_COLUMNS.slice(1)
    .map((column) => `${column} = excluded.${column}`)
    .join(", ")}`;

/** Writes calls whole, new or over what was there. */
export function writeCalls(org: string, calls: readonly Call[]): Statement {
  return { sql: UPSERT_CALLS, args: [org, packCalls(calls)] };
}

/** Which calls a question is about. */
export interface CallFilter {
  readonly team?: string | undefined;
  readonly caller?: string | undefined;
}

/** `[index, from, to)` in UTC ms. */
type TimePiece = readonly [index: number, from: number, to: number];

/** Equalities of a filter for the table alias `c`, with their values by name. */
function filtered({ team, caller }: CallFilter): { sql: string; args: Record<string, string> } {
  return {
    sql: `${team === undefined ? "" : "AND c.team = :team"} ${caller === undefined ? "" : "AND c.caller = :caller"}`,
    args: { ...(team === undefined ? {} : { team }), ...(caller === undefined ? {} : { caller }) },
  };
}

const MEASURED = [
  "started_at",
  "team",
  "caller",
  "status",
  "duration_s",
  "clarity",
  "proficiency",
  "volume",
  "sentiment",
].map((column) => `c.${column}`);

/** What metrics see of each call in these pieces of time, with the index of its piece. */
export function measuredCalls(org: string, pieces: readonly TimePiece[], filter: CallFilter): Statement {
  const { sql, args } = filtered(filter);
  return {
    sql: packed(
      ["p.value ->> 0", ...MEASURED],
      `FROM json_each(:pieces) p CROSS JOIN calls c
       WHERE c.org = :org AND c.started_at >= p.value ->> 1 AND c.started_at < p.value ->> 2 ${sql}`,
    ),
    args: { org, pieces: JSON.stringify(pieces), ...args },
  };
}

/** A call of `measuredCalls`. */
export interface MeasuredCall
  extends Omit<Call, "call_id" | "revision" | "customer_ref" | "direction" | "keywords"> {
  readonly piece: number;
}

export function readMeasuredCalls(result: ResultSet): MeasuredCall[] {
  return packedRows(result).map(measuredOf);
}

function measuredOf(row: readonly Cell[]): MeasuredCall {
  return {
    piece: numberAt(row, 0),
    started_at: numberAt(row, 1),
    team: textAt(row, 2),
    caller: textAt(row, 3),
    status: statusOf(textAt(row, 4)),
    duration_s: numberAt(row, 5),
    clarity: numberOrNullAt(row, 6),
    proficiency: numberOrNullAt(row, 7),
    volume: numberOrNullAt(row, 8),
    sentiment: sentimentOf(textOrNullAt(row, 9)),
  };
}

/** All that rollups count of the calls from `from` to before `to` (UTC ms). */
export function countedCalls(org: string, from: number, to: number): Statement {
  return {
    sql: packed(
      ["0", ...MEASURED, "c.keywords"],
      "FROM calls c WHERE c.org = ?1 AND c.started_at >= ?2 AND c.started_at < ?3",
    ),
    args: [org, from, to],
  };
}

export function readCountedCalls(result: ResultSet): CountedCall[] {
  return packedRows(result).map((row) => ({ ...measuredOf(row), keywords: textOrNullAt(row, 10) }));
}

/** Calls in these pieces of time summed up by caller, with each connected duration, for `readCallersCalls`. */
export function callersCalls(org: string, pieces: readonly TimePiece[], filter: CallFilter): Statement {
  const { sql, args } = filtered(filter);
  const status = (word: string) => `count(*) FILTER (WHERE c.status = '${word}')`;
  const score = (column: string) => `coalesce(sum(c.${column}), 0), count(c.${column})`;
  const mood = (word: string) => `count(*) FILTER (WHERE c.sentiment = '${word}')`;
  const durations = "group_concat(c.duration_s, ' ') FILTER (WHERE c.status = 'connected')";
  return {
    sql: `SELECT json_group_array(json(line)) AS packed FROM (SELECT json_array(c.caller,
        ${STATUSES.map(status).join(", ")}, coalesce(sum(c.duration_s) FILTER (WHERE c.status = 'connected'), 0),
        ${["clarity", "proficiency", "volume"].map(score).join(", ")}, ${SENTIMENTS.map(mood).join(", ")},
        ${durations}) AS line
      FROM json_each(:pieces) p CROSS JOIN calls c
      WHERE c.org = :org AND c.started_at >= p.value ->> 1 AND c.started_at < p.value ->> 2 ${sql}
      GROUP BY c.caller)`,
    args: { org, pieces: JSON.stringify(pieces), ...args },
  };
}

/** A caller's calls in sum; scores in hundredths, `durations` of the connected ones in seconds. */
export interface CallerSum {
  readonly caller: string;
  readonly counters: Counters;
  readonly durations: readonly number[];
}

export function readCallersCalls(result: ResultSet): CallerSum[] {
  return packedRows(result).map((row) => {
    const { counters } = emptyTally();
    for (const [index, counter] of COUNTERS.entries()) counters[counter] = numberAt(row, 1 + index);
    const durations = textOrNullAt(row, 1 + COUNTERS.length);
    return {
      caller: textAt(row, 0),
      counters,
      durations: durations === null ? [] : durations.split(" ").map(Number),
    };
  });
}

/** How often each keyword was said in calls of these pieces of time, by sentiment. */
export function keywordsIn(org: string, pieces: readonly TimePiece[], filter: CallFilter): Statement {
  const { sql, args } = filtered(filter);
  return {
    sql: packed(
      ["keyword", "n", "positive", "neutral", "negative"],
      `FROM (SELECT k.value AS keyword, count(*) AS n,
         sum(c.sentiment IS 'positive') AS positive, sum(c.sentiment IS 'neutral') AS neutral,
         sum(c.sentiment IS 'negative') AS negative
       FROM json_each(:pieces) p CROSS JOIN calls c CROSS JOIN json_each(c.keywords) k
       WHERE c.org = :org AND c.started_at >= p.value ->> 1 AND c.started_at < p.value ->> 2
         AND c.keywords IS NOT NULL ${sql}
       GROUP BY k.value)`,
    ),
    args: { org, pieces: JSON.stringify(pieces), ...args },
  };
}

/** One page of calls: newest first, then by call id. */
export interface Page extends CallFilter {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly status?: string | undefined;
  /** Only calls that began in one of these times, UTC ms. */
  readonly within?: readonly { readonly from: number; readonly to: number }[] | undefined;
  /** The call after which the page begins. */
  readonly after?: { readonly startedAt: number; readonly callId: string } | undefined;
  readonly limit: number;
}

export function pageOfCalls(org: string, page: Page): Statement {
  const { from, to, status, within, after, limit } = page;
  const { sql, args } = filtered(page);
  const conditions = [
    ...(from === undefined ? [] : ["AND c.started_at >= :from"]),
    ...(to === undefined ? [] : ["AND c.started_at < :to"]),
    ...(status === undefined ? [] : ["AND c.status = :status"]),
    ...(within === undefined
      ? []
      : [
          `AND EXISTS (SELECT 1 FROM json_each(:within) w
             WHERE c.started_at >= w.value ->> 0 AND c.started_at < w.value ->> 1)`,
        ]),
    // The first half lets the index start at the cursor.
    ...(after === undefined
      ? []
      : ["AND c.started_at <= :at AND (c.started_at < :at OR c.call_id > :after)"]),
  ];
  return {
    sql: packed(
      CELLS,
      `FROM (SELECT * FROM calls c WHERE c.org = :org ${sql} ${conditions.join(" ")}
       ORDER BY c.started_at DESC, c.call_id LIMIT :limit) c`,
    ),
    args: {
      org,
      limit,
      ...args,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(status === undefined ? {} : { status }),
      ...(within === undefined ? {} : { within: JSON.stringify(within.map((one) => [one.from, one.to])) }),
      ...(after === undefined ? {} : { at: after.startedAt, after: after.callId }),
    },
  };
}

/** A row of `keywordsIn`. */
export interface Keyword {
  readonly keyword: string;
  readonly n: number;
  readonly positive: number;
  readonly neutral: number;
  readonly negative: number;
}

export function readKeywords(result: ResultSet): Keyword[] {
  return packedRows(result).map((row) => ({
    keyword: textAt(row, 0),
    n: numberAt(row, 1),
    positive: numberAt(row, 2),
    neutral: numberAt(row, 3),
    negative: numberAt(row, 4),
  }));
}
