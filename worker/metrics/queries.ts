import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../db/client.ts";
import { text, textOrNull } from "../../db/rows.ts";
import { type Cell, numberAt, packed, packedRows, textAt, textOrNullAt } from "../calls/packed-rows.ts";
import { COUNTERS, type Counters, type Sums } from "./definitions.ts";
import { addPacked } from "./histogram.ts";
import type { Piece, Range } from "./range.ts";
import { ALL_TEAMS, type CallerDayKey, type SlotKey, type TeamDayKey, type WeekKey } from "./rollups.ts";

/** A rollup table and its key after `org`. */
interface Rollup {
  readonly table: string;
  readonly key: readonly string[];
  readonly upsert: string;
  readonly removeEmpty: string;
  readonly packed: string;
}

const SLOTS = rollup("r_slot", ["team", "slot"], "with keywords");
const TEAM_DAYS = rollup("r_team_day", ["team", "day"], "with keywords");
const CALLER_DAYS = rollup("r_day", ["day", "caller", "team"], "without keywords");

function rollup(table: string, key: readonly string[], words: "with keywords" | "without keywords"): Rollup {
  const hasWords = words === "with keywords";
  const columns = [...key, ...COUNTERS, "hist", ...(hasWords ? ["keywords"] : [])];
  const hist = key.length + COUNTERS.length;
  const cell = (index: number) => `value ->> ${index}`;
  const keyCells = key.map((_, index) => cell(index));
  const sameKey = key.map((column, index) => `r.${column} = k.value ->> ${index}`).join(" AND ");
  return {
    table,
    key,
    // An empty text means that the last connected call, or keyword, of the row is gone, NULL that it stays as it is.
    upsert: `INSERT INTO ${table} (org, ${columns.join(", ")})
      SELECT ?1, ${columns.map((_, index) => (index === hist ? `unhex(${cell(index)})` : cell(index))).join(", ")}
      FROM json_each(?2) WHERE true
      ON CONFLICT (org, ${key.join(", ")}) DO UPDATE SET
      ${COUNTERS.map((counter) => `${counter} = ${counter} + excluded.${counter}`).join(", ")},
      hist = CASE WHEN excluded.hist IS NULL THEN hist ELSE nullif(excluded.hist, x'') END
      ${hasWords ? ", keywords = CASE WHEN excluded.keywords IS NULL THEN keywords ELSE nullif(excluded.keywords, '') END" : ""}`,
    removeEmpty: `DELETE FROM ${table} WHERE org = ?1
      AND (${key.join(", ")}) IN (SELECT ${keyCells.join(", ")} FROM json_each(?2))
      AND connected = 0 AND missed = 0 AND declined = 0`,
    packed: packed(
      [
        `json_array(${key.map((column) => `r.${column}`).join(", ")})`,
        "hex(r.hist)",
        hasWords ? "coalesce(r.keywords, '')" : "''",
      ],
      `FROM json_each(?2) k CROSS JOIN ${table} r WHERE r.org = ?1 AND ${sameKey}`,
    ),
  };
}

type Row = readonly Cell[];

function write(of: Rollup, org: string, rows: readonly Row[], shrunk: readonly Row[]): Statement[] {
  if (rows.length === 0) return [];
  const upsert = { sql: of.upsert, args: [org, JSON.stringify(rows)] };
  if (shrunk.length === 0) return [upsert];
  return [upsert, { sql: of.removeEmpty, args: [org, JSON.stringify(shrunk)] }];
}

/**
 * Adds the differences `[...key, ...counters, histogram in hex or null, keywords or null]` and removes which of
 * the `shrunk` rows are left without calls.
 */
export function writeSlots(org: string, rows: readonly Row[], shrunk: readonly SlotKey[]): Statement[] {
  return write(SLOTS, org, rows, shrunk);
}

export function writeTeamDays(org: string, rows: readonly Row[], shrunk: readonly TeamDayKey[]): Statement[] {
  return write(TEAM_DAYS, org, rows, shrunk);
}

export function writeCallerDays(
  org: string,
  rows: readonly Row[],
  shrunk: readonly CallerDayKey[],
): Statement[] {
  return write(CALLER_DAYS, org, rows, shrunk);
}

/** What stands packed in the slots among these keys, for `readPackedColumns`; so do the next two. */
export function packedSlots(org: string, keys: readonly SlotKey[]): Statement {
  return { sql: SLOTS.packed, args: [org, JSON.stringify(keys)] };
}

export function packedTeamDays(org: string, keys: readonly TeamDayKey[]): Statement {
  return { sql: TEAM_DAYS.packed, args: [org, JSON.stringify(keys)] };
}

export function packedCallerDays(org: string, keys: readonly CallerDayKey[]): Statement {
  return { sql: CALLER_DAYS.packed, args: [org, JSON.stringify(keys)] };
}

/** A row's histogram in hex and its keywords, each "" for none. */
export interface PackedColumns {
  readonly hist: string;
  readonly keywords: string;
}

/** By the JSON form of the row's key. */
export function readPackedColumns(result: ResultSet): Map<string, PackedColumns> {
  return new Map(
    packedRows(result).map((row) => [
      JSON.stringify(row[0]),
      { hist: textAt(row, 1), keywords: textAt(row, 2) },
    ]),
  );
}

export function businessHoursOf(org: string): Statement {
  return { sql: "SELECT hours FROM business_hours WHERE org = ?1", args: [org] };
}

/** JSON of `BusinessHours`, or null where none are set. */
export function readBusinessHours(result: ResultSet): string | null {
  const row = result.rows[0];
  return row === undefined ? null : text(row, "hours");
}

export function writeBusinessHours(org: string, hours: string): Statement {
  return {
    sql: `INSERT INTO business_hours (org, hours) VALUES (?1, ?2)
          ON CONFLICT (org) DO UPDATE SET hours = excluded.hours`,
    args: [org, hours],
  };
}

/** A team's week as it is stored (packed-week.ts). */
export interface PackedWeek {
  readonly hours: string;
  readonly callers: string;
}

/** The stored weeks among these keys, for `readWeeks`. */
export function weeksByKey(org: string, keys: readonly WeekKey[]): Statement {
  return {
    sql: packed(
      ["r.week", "r.team", "r.hours", "r.callers"],
      `FROM json_each(?2) k CROSS JOIN r_week r
       WHERE r.org = ?1 AND r.week = k.value ->> 0 AND r.team = k.value ->> 1`,
    ),
    args: [org, JSON.stringify(keys)],
  };
}

/** By the JSON form of the key. */
export function readWeeks(result: ResultSet): Map<string, PackedWeek> {
  return new Map(
    packedRows(result).map((row) => [
      JSON.stringify([numberAt(row, 0), textAt(row, 1)]),
      { hours: textAt(row, 2), callers: textAt(row, 3) },
    ]),
  );
}

/** Writes weeks whole; one without hours has no calls and goes. */
export function writeWeeks(org: string, weeks: readonly (PackedWeek & { key: WeekKey })[]): Statement[] {
  const rows = weeks.filter(({ hours }) => hours !== "");
  const emptied = weeks.filter(({ hours }) => hours === "");
  return [
    ...(rows.length === 0
      ? []
      : [
          {
            sql: `INSERT INTO r_week (org, week, team, hours, callers)
              SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?2) WHERE true
              ON CONFLICT (org, week, team) DO UPDATE SET hours = excluded.hours, callers = excluded.callers`,
            args: [org, JSON.stringify(rows.map(({ key, hours, callers }) => [...key, hours, callers]))],
          },
        ]),
    ...(emptied.length === 0
      ? []
      : [
          {
            sql: `DELETE FROM r_week WHERE org = ?1
              AND (week, team) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?2))`,
            args: [org, JSON.stringify(emptied.map(({ key }) => key))],
          },
        ]),
  ];
}

/** Hours of a team's weeks, or of the whole organisation's, for `readPackedColumn`. */
export function weekHours(org: string, team: string | undefined, weeks: readonly number[]): Statement {
  return {
    sql: packed(
      ["r.hours"],
      `FROM json_each(?2) k CROSS JOIN r_week r WHERE r.org = ?1 AND r.week = k.value AND r.team = ?3`,
    ),
    args: [org, JSON.stringify(weeks), team ?? ALL_TEAMS],
  };
}

/** Callers of weeks, of all teams or of one, for `readWeekCallers`. */
export function weekCallers(org: string, team: string | undefined, weeks: readonly number[]): Statement {
  return {
    sql: `SELECT group_concat(r.callers, '') AS callers FROM json_each(?2) k CROSS JOIN r_week r
          WHERE r.org = ?1 AND r.week = k.value ${team === undefined ? "" : "AND r.team = ?3"}`,
    args: [org, JSON.stringify(weeks), ...(team === undefined ? [] : [team])],
  };
}

/** The packed callers of all the weeks, one after the other. */
export function readWeekCallers(result: ResultSet): string {
  const row = result.rows[0];
  return row === undefined ? "" : (textOrNull(row, "callers") ?? "");
}

/** The one packed text of each row. */
export function readPackedColumn(result: ResultSet): string[] {
  return packedRows(result).map((row) => textAt(row, 0));
}

/** What a question needs of each row: the counts alone, or scores and percentiles too. */
export type Depth = "counts" | "everything";

const DEPTHS: Record<Depth, readonly (keyof Counters)[]> = {
  counts: ["connected", "missed", "declined", "talk_s"],
  everything: COUNTERS,
};

/**
 * SQL for rollup rows `r` of pieces `p`; they are read by `addTallies`. They are added up there: grouping
 * them here would copy every row through a sorter first.
 */
function rows(depth: Depth, caller: string, from: string): string {
  return packed(
    [
      "p.value ->> 0",
      caller,
      ...DEPTHS[depth].map((counter) => `r.${counter}`),
      ...(depth === "everything" ? ["hex(r.hist)"] : []),
    ],
    from,
  );
}

/** One team's days, or of the whole organisation's, per piece. */
export function teamDays(
  org: string,
  team: string | undefined,
  pieces: readonly Piece[],
  depth: Depth,
): Statement {
  return {
    sql: rows(
      depth,
      "NULL",
      `FROM json_each(?2) p CROSS JOIN r_team_day r
       WHERE r.org = ?1 AND r.team = ?3 AND r.day >= p.value ->> 1 AND r.day < p.value ->> 2`,
    ),
    args: [org, JSON.stringify(pieces), team ?? ALL_TEAMS],
  };
}

/** One team's slots, or of the whole organisation's, per piece. */
export function slots(
  org: string,
  team: string | undefined,
  pieces: readonly Piece[],
  depth: Depth,
): Statement {
  return {
    sql: rows(
      depth,
      "NULL",
      `FROM json_each(?2) p CROSS JOIN r_slot r
       WHERE r.org = ?1 AND r.team = ?3 AND r.slot >= p.value ->> 1 AND r.slot < p.value ->> 2`,
    ),
    args: [org, JSON.stringify(pieces), team ?? ALL_TEAMS],
  };
}

/** The keywords of a team's whole days, or of the organisation's, for `readKeywordTexts`. */
export function teamDayKeywords(org: string, team: string | undefined, pieces: readonly Piece[]): Statement {
  return keywordTexts(org, team, pieces, TEAM_DAYS.table, "day");
}

/** The same of whole slots. */
export function slotKeywords(org: string, team: string | undefined, pieces: readonly Piece[]): Statement {
  return keywordTexts(org, team, pieces, SLOTS.table, "slot");
}

function keywordTexts(
  org: string,
  team: string | undefined,
  pieces: readonly Piece[],
  table: string,
  column: string,
): Statement {
  return {
    sql: `SELECT group_concat(r.keywords, '') AS keywords FROM json_each(?2) p CROSS JOIN ${table} r
          WHERE r.org = ?1 AND r.team = ?3 AND r.${column} >= p.value ->> 1 AND r.${column} < p.value ->> 2`,
    args: [org, JSON.stringify(pieces), team ?? ALL_TEAMS],
  };
}

/** The packed keywords of all the rows, one after the other. */
export function readKeywordTexts(result: ResultSet): string {
  const row = result.rows[0];
  return row === undefined ? "" : (textOrNull(row, "keywords") ?? "");
}

/** One caller's days per piece, of all teams or of one: a look-up for each day since the organisation's first. */
export function callerDays(
  org: string,
  caller: string,
  team: string | undefined,
  pieces: readonly Piece[],
  depth: Depth,
): Statement {
  return {
    sql: rows(
      depth,
      "NULL",
      `FROM json_each(?2) p CROSS JOIN r_day r
       WHERE p.value ->> 1 >= (SELECT min(day) FROM r_day WHERE org = ?1)
         AND r.org = ?1 AND r.day = p.value ->> 1 AND r.caller = ?3
       ${team === undefined ? "" : "AND r.team = ?4"}`,
    ),
    args: [org, JSON.stringify(singleDays(pieces)), caller, ...(team === undefined ? [] : [team])],
  };
}

function singleDays(pieces: readonly Piece[]): [index: number, day: number][] {
  return pieces.flatMap(([index, first, end]) =>
    Array.from({ length: end - first }, (_, later): [number, number] => [index, first + later]),
  );
}

/** Every caller's days per piece, of all teams or of one. */
export function everyCallersDays(org: string, team: string | undefined, pieces: readonly Piece[]): Statement {
  return {
    sql: rows(
      "everything",
      "r.caller",
      `FROM json_each(?2) p CROSS JOIN r_day r
       WHERE r.org = ?1 AND r.day >= p.value ->> 1 AND r.day < p.value ->> 2
         ${team === undefined ? "" : "AND r.team = ?3"}`,
    ),
    args: [org, JSON.stringify(pieces), ...(team === undefined ? [] : [team])],
  };
}

/**
 * Adds rollup rows to the sums that `into` finds for their piece and caller; the caller is null where
 * the question is not by caller.
 */
export function addTallies(
  result: ResultSet,
  depth: Depth,
  into: (piece: number, caller: string | null) => Sums,
): void {
  const columns = DEPTHS[depth];
  for (const row of packedRows(result)) {
    const { counters, hist } = into(numberAt(row, 0), textOrNullAt(row, 1));
    for (const [index, counter] of columns.entries()) counters[counter] += numberAt(row, 2 + index);
    if (depth === "everything") addPacked(hist, textAt(row, 2 + columns.length));
  }
}

/** One row of the live board before it is dressed up. */
export interface SlotCounts {
  /** `ALL_TEAMS` for the organisation. */
  readonly team: string;
  readonly slot: number;
  readonly connected: number;
  readonly missed: number;
  readonly declined: number;
  readonly talk_s: number;
}

/** Every team's and the organisation's slots from `range.from` to before `range.to`, both in slots. */
export function everyTeamsSlots(org: string, range: Range): Statement {
  return {
    sql: `WITH RECURSIVE every (team) AS (
        SELECT min(team) FROM r_slot WHERE org = ?1
        UNION ALL
        SELECT (SELECT min(s.team) FROM r_slot s WHERE s.org = ?1 AND s.team > every.team)
        FROM every WHERE every.team IS NOT NULL)
      ${packed(
        ["r.team", "r.slot", "r.connected", "r.missed", "r.declined", "r.talk_s"],
        `FROM every CROSS JOIN r_slot r
         WHERE r.org = ?1 AND r.team = every.team AND r.slot >= ?2 AND r.slot < ?3`,
      )}`,
    args: [org, range.from, range.to],
  };
}

export function readSlotCounts(result: ResultSet): SlotCounts[] {
  return packedRows(result).map((row) => ({
    team: textAt(row, 0),
    slot: numberAt(row, 1),
    connected: numberAt(row, 2),
    missed: numberAt(row, 3),
    declined: numberAt(row, 4),
    talk_s: numberAt(row, 5),
  }));
}
