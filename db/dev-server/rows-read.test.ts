import { beforeEach, describe, expect, test } from "vitest";
import type { DatabaseServer } from "./server.ts";
import { pipeline, query, startForTest } from "./testing.ts";

/** 1,000 rows: id 1 … 1,000, grp = id mod 10 with an index, val without. */
const SETUP = `
  CREATE TABLE t (id INTEGER PRIMARY KEY, grp INTEGER, val INTEGER);
  CREATE INDEX t_grp ON t (grp);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
    INSERT INTO t SELECT i, i % 10, i * 7 % 1000 FROM n;
  CREATE TABLE s (id INTEGER PRIMARY KEY, t_id INTEGER);
  INSERT INTO s SELECT id, id FROM t WHERE id <= 20;
`;

describe("rows read", () => {
  let server: DatabaseServer;

  beforeEach(async () => {
    server = await startForTest();
    await pipeline(server, [{ type: "sequence", sql: SETUP }]);
  });

  /** Each with the rows that its plan must visit, counted by hand, and the most that may be reported. */
  test.each([
    ["SELECT 1", 0, 0],
    ["SELECT * FROM t WHERE id = 500", 1, 1],
    ["SELECT * FROM t", 1_000, 1_001],
    ["SELECT sum(val) FROM t", 1_000, 1_005],
    ["SELECT sum(id) FROM t WHERE grp = 3", 100, 102],
    ["SELECT sum(id) FROM t WHERE id BETWEEN 101 AND 200", 100, 102],
    ["SELECT max(id) FROM t", 1, 2],
    ["SELECT * FROM t LIMIT 10", 10, 12],
    ["SELECT * FROM t ORDER BY val LIMIT 10", 1_000, 1_100],
    // 20 rows of s, and one row of t for each.
    ["SELECT sum(t.val) FROM s JOIN t ON t.id = s.t_id", 40, 80],
    ["SELECT sum(id) FROM t WHERE id IN (1, 2, 3, 2000)", 3, 16],
    ["SELECT a.value FROM json_each('[1,2,3]') a", 0, 0],
    // A grouped subquery is a coroutine that is prepared, and then once more.
    ["SELECT json_group_array(g) FROM (SELECT grp AS g, sum(val) FROM t GROUP BY 1)", 1_000, 6_000],
  ])("%s", async (sql, least, most) => {
    const { rows_read } = await query(server, sql);
    expect(rows_read).toBeGreaterThanOrEqual(least);
    expect(rows_read).toBeLessThanOrEqual(most);
  });

  test("never too few where ways through a loop differ in length", async () => {
    // Rows that fail the filter take fewer instructions than those that pass.
    for (const limit of [0, 10, 500, 1_000]) {
      const { rows_read } = await query(server, `SELECT sum(id * 3 + grp) FROM t WHERE val < ${limit}`);
      expect(rows_read).toBeGreaterThanOrEqual(1_000);
      expect(rows_read).toBeLessThanOrEqual(5_000);
    }
  });

  test("counts each run of a statement by itself", async () => {
    const statement = (low: number, high: number) => ({
      type: "execute",
      stmt: {
        sql: "SELECT sum(val) FROM t WHERE id BETWEEN ? AND ?",
        args: [low, high].map((value) => ({ type: "integer", value: String(value) })),
      },
    });
    const { results } = await pipeline(server, [statement(1, 1_000), statement(1, 10), statement(1, 1_000)]);
    const [all, few, again] = results.map(
      (result: { response: { result: { rows_read: number } } }) => result.response.result.rows_read,
    );
    expect(all).toBeGreaterThanOrEqual(1_000);
    expect(few).toBeGreaterThanOrEqual(10);
    expect(few).toBeLessThanOrEqual(12);
    expect(again).toBe(all);
  });

  test("follows a changed plan", async () => {
    const sql = "SELECT id FROM t WHERE val = 7";
    expect((await query(server, sql)).rows_read).toBeGreaterThanOrEqual(1_000);
    await query(server, "CREATE INDEX t_val ON t (val)");
    expect((await query(server, sql)).rows_read).toBeLessThanOrEqual(3);
    await query(server, "DROP INDEX t_val");
    expect((await query(server, sql)).rows_read).toBeGreaterThanOrEqual(1_000);
  });

  test("follows a plan that changes while the statement is compiled", async () => {
    await query(server, "CREATE INDEX t_val ON t (val)");
    const select = { type: "execute", stmt: { sql: "SELECT id FROM t WHERE val = 7" } };
    const changer = await pipeline(server, [{ type: "sequence", sql: "BEGIN IMMEDIATE; DROP INDEX t_val" }]);
    const reader = await pipeline(server, [select]);
    await pipeline(server, [{ type: "sequence", sql: "COMMIT" }, { type: "close" }], changer);
    const { results } = await pipeline(server, [select], reader);
    expect(reader.results[0].response.result.rows_read).toBeLessThanOrEqual(3);
    expect(results[0].response.result.rows_read).toBeGreaterThanOrEqual(1_000);
  });

  test("includes what triggers read", async () => {
    await query(server, "CREATE TABLE seen (n INTEGER)");
    const insert = "INSERT INTO seen VALUES (1)";
    expect((await query(server, insert)).rows_read).toBe(0);
    await query(
      server,
      "CREATE TRIGGER tr AFTER INSERT ON seen BEGIN UPDATE s SET t_id = (SELECT sum(val) FROM t) WHERE id = 1; END",
    );
    expect((await query(server, insert)).rows_read).toBeGreaterThanOrEqual(1_000);
  });

  test("rows written are those changed, triggers' included", async () => {
    expect((await query(server, "UPDATE t SET val = 0 WHERE grp = 4")).rows_written).toBe(100);
    await query(server, "CREATE TRIGGER tr AFTER DELETE ON s BEGIN DELETE FROM t WHERE id = old.t_id; END");
    const { affected_row_count, rows_written } = await query(server, "DELETE FROM s WHERE id <= 5");
    expect({ affected_row_count, rows_written }).toEqual({ affected_row_count: 5, rows_written: 10 });
    expect((await query(server, "SELECT * FROM t")).rows_written).toBe(0);
  });

  test("are added up in the counters", async () => {
    const before = server.stats();
    const { rows_read } = await query(server, "SELECT * FROM t");
    await query(server, "INSERT INTO s VALUES (100, 1), (101, 2)");
    const after = server.stats();
    expect(after.rows_read - before.rows_read).toBeGreaterThanOrEqual(rows_read);
    expect(after.rows_written - before.rows_written).toBe(2);
  });
});
