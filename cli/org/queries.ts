import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../db/client.ts";
import type { Place } from "../../db/places.ts";
import { number, text, textOrNull } from "../../db/rows.ts";
import { fromJson, type Shape, toJson } from "../../db/tenant-shape.ts";

/** A move as the directory knows it. */
export interface Move {
  readonly org: string;
  readonly move: string;
  readonly source: Place;
  readonly target: Place;
  readonly state: "copying" | "closed" | "switched";
}

export function moveOf(org: string): Statement {
  return { sql: "SELECT org, move, source, target, state FROM org_move WHERE org = ?1", args: [org] };
}

export function readMove(result: ResultSet | undefined): Move | null {
  const row = result?.rows[0];
  if (row === undefined) return null;
  const state = text(row, "state");
  return {
    org: text(row, "org"),
    move: text(row, "move"),
    source: textOrNull(row, "source"),
    target: textOrNull(row, "target"),
    state: state === "closed" || state === "switched" ? state : "copying",
  };
}

/** Whether a row is there: `n` is 0 or more. */
export function readCount(result: ResultSet | undefined): number {
  const row = result?.rows[0];
  return row === undefined ? 0 : number(row, "n");
}

export function organisationHere(org: string): Statement {
  return { sql: "SELECT count(*) AS n FROM organization WHERE id = ?1", args: [org] };
}

export function moveHere(move: string): Statement {
  return { sql: "SELECT count(*) AS n FROM org_move WHERE move = ?1", args: [move] };
}

export function beginMove({ org, move, source, target }: Move, now: number): Statement {
  return {
    sql: `INSERT INTO org_move (org, move, source, target, state, begun_at, heard_at)
          VALUES (?1, ?2, ?3, ?4, 'copying', ?5, ?5) ON CONFLICT (org) DO NOTHING`,
    args: [org, move, source, target, now],
  };
}

export function saySomething({ org, move }: Move, now: number): Statement {
  return { sql: "UPDATE org_move SET heard_at = ?3 WHERE org = ?1 AND move = ?2", args: [org, move, now] };
}

/** Fails where the move was given up or has switched: statement 0 of what moves it on. */
export function moveGoesOn({ org, move }: Move): Statement {
  return {
    sql: `INSERT INTO org_move (org, move, state, begun_at, heard_at) SELECT ?1 || ' ' || ?2, ?2, NULL, 0, 0
          WHERE NOT EXISTS (SELECT 1 FROM org_move WHERE org = ?1 AND move = ?2 AND state <> 'switched')`,
    args: [org, move],
  };
}

export function setState({ org, move }: Move, state: Move["state"], now: number): Statement {
  return {
    sql: "UPDATE org_move SET state = ?3, heard_at = ?4 WHERE org = ?1 AND move = ?2",
    args: [org, move, state, now],
  };
}

export function setPlace(org: string, place: Place): Statement {
  return { sql: "UPDATE organization SET database_url = ?2 WHERE id = ?1", args: [org, place] };
}

export function endMove({ org, move }: Move): Statement {
  return { sql: "DELETE FROM org_move WHERE org = ?1 AND move = ?2", args: [org, move] };
}

/** Gives a move up, unless it has switched. */
export function giveUp({ org, move }: Move): Statement {
  return {
    sql: "DELETE FROM org_move WHERE org = ?1 AND move = ?2 AND state <> 'switched'",
    args: [org, move],
  };
}

/** Why an organisation may not be written in a database. */
export interface Closed {
  readonly move: string;
  readonly runner: string;
}

export function closedHere(org: string): Statement {
  return { sql: "SELECT move, runner FROM org_closed WHERE org = ?1", args: [org] };
}

export function readClosed(result: ResultSet | undefined): Closed | null {
  const row = result?.rows[0];
  return row === undefined ? null : { move: text(row, "move"), runner: text(row, "runner") };
}

export function close(org: string, { move, runner }: Closed): Statement {
  return {
    sql: `INSERT INTO org_closed (org, move, runner) VALUES (?1, ?2, ?3)
          ON CONFLICT (org) DO UPDATE SET move = excluded.move, runner = excluded.runner`,
    args: [org, move, runner],
  };
}

/** Statement 0 of what is done to the copy that a move left behind: it fails where that is in use again. */
export function closedBy({ org, move }: Move): Statement {
  return {
    sql: `INSERT INTO org_copy (org, tbl, cursor)
          SELECT ?1, '', NULL WHERE NOT EXISTS (SELECT 1 FROM org_closed WHERE org = ?1 AND move = ?2)`,
    args: [org, move],
  };
}

/** Statement 0 of whatever a mover writes into a copy: it fails once another runner has taken over. */
export function runnerIs(org: string, runner: string): Statement {
  return {
    sql: `INSERT INTO org_copy (org, tbl, cursor)
          SELECT ?1, '', NULL WHERE NOT EXISTS (SELECT 1 FROM org_closed WHERE org = ?1 AND runner = ?2)`,
    args: [org, runner],
  };
}

/** The copy of the directory's row that an organisation's own database keeps: its id and its time zone. */
export function copyOrganisation(org: string, timeZone: string): Statement {
  return {
    sql: `INSERT INTO organization (id, name, slug, created_at, time_zone) VALUES (?1, ?1, ?1, 0, ?2)
          ON CONFLICT (id) DO UPDATE SET time_zone = excluded.time_zone`,
    args: [org, timeZone],
  };
}

export function forgetOrganisation(org: string): Statement {
  return { sql: "DELETE FROM organization WHERE id = ?1", args: [org] };
}

export function cursorsOf(org: string): Statement {
  return { sql: "SELECT tbl, cursor FROM org_copy WHERE org = ?1", args: [org] };
}

export function readCursors(result: ResultSet | undefined): Map<string, string> {
  return new Map((result?.rows ?? []).map((row) => [text(row, "tbl"), text(row, "cursor")]));
}

export function setCursor(org: string, table: string, cursor: string): Statement {
  return {
    sql: `INSERT INTO org_copy (org, tbl, cursor) VALUES (?1, ?2, ?3)
          ON CONFLICT (org, tbl) DO UPDATE SET cursor = excluded.cursor`,
    args: [org, table, cursor],
  };
}

export function forgetCursors(org: string): Statement {
  return { sql: "DELETE FROM org_copy WHERE org = ?1", args: [org] };
}

const line = ({ columns }: Shape) => `json_array(${columns.map((column) => toJson(column, "t")).join(", ")})`;

/** Rows in order of their key after `cursor` (JSON), one JSON array a line, for `readLines`. */
export function rowsAfter(org: string, shape: Shape, cursor: string | null, limit: number): Statement {
  const { table, key } = shape;
  const columns = key.map(({ name }) => `t.${name}`).join(", ");
  const values = key.map((column, index) => fromJson(column, "?2", index)).join(", ");
  const after = key.length === 0 || cursor === null ? "" : `AND (${columns}) > (${values})`;
  return {
    sql: `SELECT group_concat(line, char(10)) AS lines FROM (
            SELECT ${line(shape)} AS line FROM ${table} t WHERE t.org = ?1 AND ?2 IS ?2 ${after}
            ${key.length === 0 ? "" : `ORDER BY ${columns}`} LIMIT ?3)`,
    args: [org, cursor, limit],
  };
}

/** The rows with these keys (a JSON array of key arrays), as `rowsAfter` gives them. */
export function rowsWith(org: string, shape: Shape, keys: string): Statement {
  const { table, key } = shape;
  const same = key.map((column, index) => `AND t.${column.name} = ${fromJson(column, "k.value", index)}`);
  return {
    sql: `SELECT group_concat(line, char(10)) AS lines FROM (
            SELECT ${line(shape)} AS line FROM json_each(?2) k CROSS JOIN ${table} t
            WHERE t.org = ?1 ${same.join(" ")})`,
    args: [org, keys],
  };
}

/** The lines as they are: numbers of any size pass through unread. */
export function readLines(result: ResultSet | undefined): string {
  const row = result?.rows[0];
  return row === undefined ? "" : (textOrNull(row, "lines") ?? "");
}

/** Writes rows (a JSON array of arrays, as in a line) over what is there. */
export function writeRows(org: string, { table, columns, key }: Shape, rows: string): Statement {
  const names = ["org", ...columns.map(({ name }) => name)];
  const values = columns.map((column, index) => fromJson(column, "value", index));
  const others = columns.filter(({ name }) => !key.some((one) => one.name === name));
  const update = others.map(({ name }) => `${name} = excluded.${name}`).join(", ");
  return {
    sql: `INSERT INTO ${table} (${names.join(", ")}) SELECT ?1, ${values.join(", ")} FROM json_each(?2) WHERE true
          ON CONFLICT (${["org", ...key.map(({ name }) => name)].join(", ")})
          DO ${update === "" ? "NOTHING" : `UPDATE SET ${update}`}`,
    args: [org, rows],
  };
}

/** Removes the rows with these keys (a JSON array of key arrays). */
export function removeRows(org: string, { table, key }: Shape, keys: string): Statement {
  const columns = key.map(({ name }) => name).join(", ");
  const values = key.map((column, index) => fromJson(column, "value", index)).join(", ");
  const these =
    key.length === 0 ? "AND ?2 IS ?2" : `AND (${columns}) IN (SELECT ${values} FROM json_each(?2))`;
  return { sql: `DELETE FROM ${table} WHERE org = ?1 ${these}`, args: [org, keys] };
}

/** Removes at most `limit` rows of an organisation. */
export function removeSome(org: string, { table, key }: Shape, limit: number): Statement {
  const columns = key.map(({ name }) => name).join(", ");
  const these =
    key.length === 0
      ? "AND ?2 IS ?2"
      : `AND (${columns}) IN (SELECT ${columns} FROM ${table} WHERE org = ?1 LIMIT ?2)`;
  return { sql: `DELETE FROM ${table} WHERE org = ?1 ${these}`, args: [org, limit] };
}

export function countRows(org: string, { table }: Shape): Statement {
  return { sql: `SELECT count(*) AS n FROM ${table} WHERE org = ?1`, args: [org] };
}

/** Keys that changed after `n`, each once with its newest number. */
export function changesAfter(org: string, n: number, limit: number): Statement {
  return {
    sql: `SELECT tbl, key, max(n) AS n FROM (
            SELECT n, tbl, key FROM org_change WHERE org = ?1 AND n > ?2 ORDER BY n LIMIT ?3)
          GROUP BY tbl, key`,
    args: [org, n, limit],
  };
}

export interface Changed {
  readonly table: string;
  /** JSON array. */
  readonly key: string;
  readonly n: number;
}

export function readChanges(result: ResultSet | undefined): Changed[] {
  return (result?.rows ?? []).map((row) => ({
    table: text(row, "tbl"),
    key: text(row, "key"),
    n: number(row, "n"),
  }));
}

/** Every migration that ran here. */
export function schemaHere(): Statement {
  return "SELECT group_concat(name || ' ' || sha256, ', ') AS lines FROM (SELECT * FROM migration ORDER BY name)";
}
