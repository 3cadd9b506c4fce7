import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../db/client.ts";
import { number } from "../../db/rows.ts";
import { numberAt, packed, packedRows, textAt, textOrNullAt } from "../calls/packed-rows.ts";
import { COUNTERS, emptyTally, type Tally } from "./definitions.ts";
import { addPacked } from "./histogram.ts";
import type { CallerDayKey } from "./rollups.ts";

const SUMS = [...COUNTERS.map((counter) => `r.${counter}`), "hex(r.hist)"];

/** SQL that names every first key of a rollup by skipping from one to the next in its primary key. */
function every(table: string, column: string): string {
  return `WITH RECURSIVE every (${column}) AS (
      SELECT min(${column}) FROM ${table} WHERE org = ?1
      UNION ALL
      SELECT (SELECT min(n.${column}) FROM ${table} n WHERE n.org = ?1 AND n.${column} > every.${column})
      FROM every WHERE every.${column} IS NOT NULL)`;
}

/** A rollup row with what it counts. */
export interface RollupRow {
  readonly key: readonly (string | number)[];
  readonly tally: Tally;
  /** As they are packed; "" for none. */
  readonly keywords: string;
}

/** The rows of `dayRows` and `callersDaysBefore`. */
export function readRollupRows(result: ResultSet): RollupRow[] {
  return packedRows(result).map((row) => {
    const tally = emptyTally();
    for (const [index, counter] of COUNTERS.entries()) tally.counters[counter] = numberAt(row, 1 + index);
    const hist = textOrNullAt(row, 1 + COUNTERS.length);
    if (hist !== null) addPacked(tally.hist, hist);
    return { key: keyOf(row[0]), tally, keywords: textOrNullAt(row, 2 + COUNTERS.length) ?? "" };
  });
}

function keyOf(key: unknown): (string | number)[] {
  if (!Array.isArray(key)) throw new TypeError("a rollup's key is not an array");
  return key.map((part) => (typeof part === "number" ? part : textAt([part], 0)));
}

/** Every rollup row of one local day, and of the slots from `slots.from` to before `slots.to`: slots, team days, caller days. */
export function dayRows(
  org: string,
  day: number,
  slots: { readonly from: number; readonly to: number },
): Statement[] {
  const rows = (table: string, first: string, key: string, condition: string) =>
    `${every(table, first)} ${packed(
      [`json_array(${key})`, ...SUMS, "r.keywords"],
      `FROM every CROSS JOIN ${table} r WHERE every.${first} IS NOT NULL
       AND r.org = ?1 AND r.${first} = every.${first} AND ${condition}`,
    )}`;
  return [
    {
      sql: rows("r_slot", "team", "r.team, r.slot", "r.slot >= ?2 AND r.slot < ?3"),
      args: [org, slots.from, slots.to],
    },
    { sql: rows("r_team_day", "team", "r.team, r.day", "r.day = ?2"), args: [org, day] },
    {
      sql: packed(
        ["json_array(r.day, r.caller, r.team)", ...SUMS, "NULL"],
        "FROM r_day r WHERE r.org = ?1 AND r.day = ?2",
      ),
      args: [org, day],
    },
  ];
}

/** Rows of one caller's days before `day`, at most `limit`: looked up in each day that has callers. */
export function callerDaysBefore(org: string, caller: string, day: number, limit: number): Statement {
  return {
    sql: `${every("r_day", "day")} ${packed(
      ["json_array(r.day, r.caller, r.team)", ...SUMS, "NULL"],
      `FROM (SELECT d.* FROM every CROSS JOIN r_day d
         WHERE every.day < ?3 AND d.org = ?1 AND d.day = every.day AND d.caller = ?2 LIMIT ?4) r`,
    )}`,
    args: [org, caller, day, limit],
  };
}

/** Keys of callers' days before `day`, at most `limit`, for `readCallerDayKeys`. */
export function oldCallerDays(org: string, day: number, limit: number): Statement {
  return {
    sql: packed(
      ["k.day", "k.caller", "k.team"],
      "FROM (SELECT day, caller, team FROM r_day WHERE org = ?1 AND day < ?2 LIMIT ?3) k",
    ),
    args: [org, day, limit],
  };
}

export function readCallerDayKeys(result: ResultSet): CallerDayKey[] {
  return packedRows(result).map((row) => [numberAt(row, 0), textAt(row, 1), textAt(row, 2)]);
}

export function removeCallerDays(org: string, keys: readonly CallerDayKey[]): Statement {
  return {
    sql: `DELETE FROM r_day WHERE org = ?1 AND (day, caller, team) IN
          (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2))`,
    args: [org, JSON.stringify(keys)],
  };
}

/** Every team's row of one week, for `readWeeks`. */
export function weekRows(org: string, week: number): Statement {
  return {
    sql: packed(
      ["r.week", "r.team", "r.hours", "r.callers"],
      "FROM r_week r WHERE r.org = ?1 AND r.week = ?2",
    ),
    args: [org, week],
  };
}

/** How many weeks before `week` still name callers, for `readLeft`. */
export function oldWeeksWithCallers(org: string, week: number): Statement {
  return {
    sql: "SELECT count(*) AS n FROM r_week WHERE org = ?1 AND week < ?2 AND callers <> ''",
    args: [org, week],
  };
}

/** Takes the callers out of every week before `week`: the hours stay. */
export function forgetCallersOfWeeks(org: string, week: number): Statement {
  return {
    sql: "UPDATE r_week SET callers = '' WHERE org = ?1 AND week < ?2 AND callers <> ''",
    args: [org, week],
  };
}

const LOCAL = [
  { table: "r_team_day", key: "team, day" },
  { table: "r_day", key: "day, caller, team" },
  { table: "r_week", key: "week, team" },
];

/** How many rows, up to `limit` of each table, are cut by local time; for `readLeft`. */
export function countLocalRows(org: string, limit: number): Statement {
  const counts = LOCAL.map(
    ({ table }) => `(SELECT count(*) FROM (SELECT 1 FROM ${table} WHERE org = ?1 LIMIT ?2))`,
  );
  return { sql: `SELECT ${counts.join(" + ")} AS n`, args: [org, limit] };
}

/** Removes up to `limit` rows of each rollup that is cut by local time. */
export function removeLocalRows(org: string, limit: number): Statement[] {
  return LOCAL.map(({ table, key }) => ({
    sql: `DELETE FROM ${table} WHERE org = ?1 AND (${key}) IN
          (SELECT ${key} FROM ${table} WHERE org = ?1 LIMIT ?2)`,
    args: [org, limit],
  }));
}

export function readLeft(result: ResultSet): number {
  const row = result.rows[0];
  return row === undefined ? 0 : number(row, "n");
}
