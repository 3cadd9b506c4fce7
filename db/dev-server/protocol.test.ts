import { describe, expect, test } from "vitest";
import { execute, pipeline, post, query, startForTest } from "./testing.ts";

const integer = (value: number | bigint | string) => ({ type: "integer", value: String(value) });
const text = (value: string) => ({ type: "text", value });

describe("versions and routes", () => {
  test("JSON in versions 2 and 3 is there, Protobuf is not", async () => {
    const server = await startForTest();
    const status = async (path: string) => (await fetch(server.url + path)).status;
    expect(await status("/v2")).toBe(200);
    expect(await status("/v3")).toBe(200);
    expect(await status("/v3-protobuf")).toBe(404);
    expect(await status("/nowhere")).toBe(404);
  });

  test("what came with version 3 is refused in version 2", async () => {
    const server = await startForTest();
    const request = { baton: null, requests: [{ type: "get_autocommit" }] };
    expect((await post(server, "/v2/pipeline", request)).status).toBe(400);
    expect((await post(server, "/v3/pipeline", request)).json.results).toEqual([
      { type: "ok", response: { type: "get_autocommit", is_autocommit: true } },
    ]);
  });
});

describe("bad requests", () => {
  test("malformed JSON and wrong structures are 400, and do nothing", async () => {
    const server = await startForTest();
    await query(server, "CREATE TABLE t (a)");
    const insert = execute("INSERT INTO t VALUES (1)");
    const bodies = [
      "{",
      "[]",
      { requests: {} },
      { requests: [insert, { type: "execute" }] },
      { requests: [insert, { type: "execute", stmt: {} }] },
      { requests: [insert, execute("SELECT ?", { type: "integer", value: 1 })] },
      { requests: [insert, execute("SELECT ?", integer("9223372036854775808"))] },
      { requests: [insert, execute("SELECT ?", { type: "blob", base64: "*" })] },
      { requests: [insert, execute("SELECT ?", { type: "date", value: "x" })] },
      {
        requests: [
          insert,
          {
            type: "batch",
            batch: { steps: [{ condition: { type: "ok", step: 0 }, stmt: { sql: "SELECT 1" } }] },
          },
        ],
      },
    ];
    for (const body of bodies) {
      const { status } = await post(server, "/v3/pipeline", body);
      expect(status, JSON.stringify(body)).toBe(400);
    }
    expect((await query(server, "SELECT count(*) FROM t")).rows).toEqual([[integer(0)]]);
  });

  test("an unknown request is an error of its own among the results", async () => {
    const server = await startForTest();
    const { results } = await pipeline(server, [{ type: "fly" }, execute("SELECT 1")]);
    expect(results[0]).toMatchObject({ type: "error", error: { code: "REQUEST_UNKNOWN" } });
    expect(results[1]).toMatchObject({ type: "ok" });
  });

  test("a body beyond the limit is 413, with and without its length in advance", async () => {
    const server = await startForTest({ maxBodyBytes: 10_000 });
    const body = JSON.stringify({ baton: null, requests: [execute("SELECT ?", text("x".repeat(10_000)))] });
    expect((await post(server, "/v3/pipeline", body)).status).toBe(413);
    const streamed = await fetch(`${server.url}/v3/pipeline`, {
      method: "POST",
      body: new Blob([body]).stream(),
      duplex: "half",
    } as RequestInit);
    expect(streamed.status).toBe(413);
    expect((await query(server, "SELECT 1")).rows).toEqual([[integer(1)]]);
  });

  test("without the token there is nothing to see", async () => {
    const server = await startForTest({ token: "secret" });
    const body = { baton: null, requests: [execute("SELECT 1")] };
    expect((await post(server, "/v2/pipeline", body)).status).toBe(401);
    expect((await post(server, "/v2/pipeline", body, { authorization: "Bearer wrong" })).status).toBe(401);
    expect((await post(server, "/v2/pipeline", body, { authorization: "Basic secret" })).status).toBe(401);
    expect((await post(server, "/v3/cursor", { baton: null, batch: { steps: [] } })).status).toBe(401);
    expect((await fetch(`${server.url}/stats`)).status).toBe(401);
    const given = { authorization: "Bearer secret" };
    expect((await post(server, "/v2/pipeline", body, given)).status).toBe(200);
    expect((await fetch(`${server.url}/stats`, { headers: given })).status).toBe(200);
  });
});

describe("statements", () => {
  test("integers are strings, blobs have no padding, infinity is a number", async () => {
    const server = await startForTest();
    const { text: body } = await post(server, "/v3/pipeline", {
      baton: null,
      requests: [execute("SELECT 9007199254740993, x'00', 1e999, 2.0, -0.5")],
    });
    expect(body).toContain('{"type":"integer","value":"9007199254740993"}');
    expect(body).toContain('{"type":"blob","base64":"AA"}');
    expect(body).toContain('{"type":"float","value":1e999}');
    expect(body).toContain('{"type":"float","value":2}');
  });

  test("base64 is taken with and without padding", async () => {
    const server = await startForTest();
    for (const base64 of ["AQ", "AQ=="]) {
      const { rows } = await query(server, "SELECT hex(?)", { type: "blob", base64 });
      expect(rows).toEqual([[text("01")]]);
    }
  });

  test.each([
    ["SELECT", "SQLITE_ERROR", undefined],
    ["SELECT * FROM missing", "SQLITE_ERROR", undefined],
    ["INSERT INTO t VALUES (1, 1)", "SQLITE_CONSTRAINT", "SQLITE_CONSTRAINT_PRIMARYKEY"],
    ["INSERT INTO t VALUES (2, NULL)", "SQLITE_CONSTRAINT", "SQLITE_CONSTRAINT_NOTNULL"],
    ["INSERT INTO t VALUES (2, 9)", "SQLITE_CONSTRAINT", "SQLITE_CONSTRAINT_CHECK"],
    ["INSERT INTO t VALUES ('a', 1)", "SQLITE_MISMATCH", undefined],
    ["SELECT abs(-9223372036854775808)", "SQLITE_ERROR", undefined],
    ["-- nothing", "SQL_NO_STATEMENT", undefined],
    ["SELECT 1; SELECT 2", "SQL_MANY_STATEMENTS", undefined],
    ["SELECT ?", "ARGS_INVALID", undefined],
    ["ATTACH 'other.db' AS other", "BLOCKED", undefined],
    ["PRAGMA journal_mode = DELETE", "BLOCKED", undefined],
    ["PRAGMA main.synchronous(OFF)", "BLOCKED", undefined],
  ])("%s is %s", async (sql, code, extended_code) => {
    const server = await startForTest();
    await query(server, "CREATE TABLE t (a INTEGER PRIMARY KEY, b NOT NULL CHECK (b < 5))");
    await query(server, "INSERT INTO t VALUES (1, 1)");
    const { results } = await pipeline(server, [execute(sql)]);
    expect(results[0]).toMatchObject({ type: "error", error: { code } });
    expect(results[0].error.extended_code).toBe(extended_code);
  });

  test("describe tells parameters, columns, and what kind of statement it is", async () => {
    const server = await startForTest();
    await query(server, "CREATE TABLE t (a text, b int)");
    const describeRequest = (sql: string) => ({ type: "describe", sql });
    const { results } = await pipeline(server, [
      describeRequest("SELECT a, b, ?, ?3, :one, $two, @three, :one FROM t"),
      describeRequest("INSERT INTO t VALUES ('?', /* :x */ ?2)"),
      describeRequest("EXPLAIN SELECT 1"),
    ]);
    expect(results[0].response.result.params.map((param: { name: string }) => param.name)).toEqual([
      ...[null, null, "?3", ":one", "$two", "@three"],
    ]);
    expect(results[0].response.result.cols.slice(0, 2)).toEqual([
      { name: "a", decltype: "TEXT" },
      { name: "b", decltype: "INT" },
    ]);
    expect(results[0].response.result).toMatchObject({ is_explain: false, is_readonly: true });
    expect(results[1].response.result).toMatchObject({
      params: [{ name: null }, { name: "?2" }],
      is_readonly: false,
    });
    expect(results[2].response.result).toMatchObject({ is_explain: true });
  });

  test("stored SQL is used by number until it is closed", async () => {
    const server = await startForTest();
    const first = await pipeline(server, [
      { type: "store_sql", sql_id: 7, sql: "SELECT 42" },
      { type: "execute", stmt: { sql_id: 7 } },
    ]);
    expect(first.results[1].response.result.rows).toEqual([[integer(42)]]);
    const again = await post(server, "/v3/pipeline", {
      baton: first.baton,
      requests: [
        { type: "close_sql", sql_id: 7 },
        { type: "execute", stmt: { sql_id: 7 } },
      ],
    });
    expect(again).toMatchObject({ status: 400, text: "SQL text 7 not found" });
  });

  test("a changed table shows in statements compiled before, on other connections too", async () => {
    const server = await startForTest();
    await query(server, "CREATE TABLE t (a)");
    const open = await pipeline(server, [
      execute("SELECT * FROM t"),
      execute("INSERT INTO t VALUES (1) RETURNING *"),
    ]);
    await query(server, "ALTER TABLE t RENAME a TO b");
    await query(server, "ALTER TABLE t ADD COLUMN c DEFAULT 5");
    const { results } = await pipeline(
      server,
      [
        execute("SELECT * FROM t"),
        execute("INSERT INTO t VALUES (2, 6) RETURNING *"),
        execute("INSERT INTO t (b) VALUES (3) RETURNING *"),
      ],
      { baton: open.baton },
    );
    expect(results[0].response.result).toMatchObject({
      cols: [{ name: "b" }, { name: "c" }],
      rows: [[integer(1), integer(5)]],
    });
    expect(results[1].response.result.cols).toHaveLength(2);
    expect(results[2].response.result.rows).toEqual([[integer(3), integer(5)]]);
  });

  test("a statement is compiled for the table as it is now", async () => {
    const server = await startForTest();
    await query(server, "CREATE TABLE t (a)");
    const open = () => pipeline(server, [execute("SELECT * FROM t")]);
    const [inserting, describing] = await Promise.all([open(), open()]);
    await query(server, "DROP TABLE t");
    await query(server, "CREATE TABLE t (a INT, b INT)");
    const described = await pipeline(server, [{ type: "describe", sql: "SELECT * FROM t" }], describing);
    expect(described.results[0].response.result.cols).toHaveLength(2);
    const inserted = await pipeline(server, [execute("INSERT INTO t VALUES (1, 2)")], inserting);
    expect(inserted.results[0]).toMatchObject({ type: "ok" });
  });

  test("EXPLAIN inside a transaction does not keep it from committing", async () => {
    const server = await startForTest();
    await query(server, "CREATE TABLE t (a)");
    const { results } = await pipeline(server, [
      execute("BEGIN IMMEDIATE"),
      execute("EXPLAIN INSERT INTO t VALUES (1)"),
      execute("SELECT sql FROM sqlite_stmt WHERE busy AND sql LIKE '%EXPLAIN INSERT%' AND ncol = 8"),
      execute("INSERT INTO t VALUES (1)"),
      execute("COMMIT"),
    ]);
    expect(results.map((result: { type: string }) => result.type)).toEqual(Array(5).fill("ok"));
    expect(results[2].response.result.rows).toEqual([]);
  });

  test("a blob written out in SQL that is no UTF-8 comes back, and explaining it ends nothing", async () => {
    const server = await startForTest();
    await query(server, "CREATE TABLE t (a)");
    const { results } = await pipeline(server, [
      execute("INSERT INTO t VALUES (x'ff00')"),
      execute("SELECT a, x'fe' FROM t WHERE a = x'ff00'"),
      execute("EXPLAIN SELECT x'ff'"),
      execute("SELECT x'f'"),
    ]);
    expect(results[1].response.result.rows).toEqual([
      [
        { type: "blob", base64: "/wA" },
        { type: "blob", base64: "/g" },
      ],
    ]);
    expect(results[2]).toMatchObject({ type: "ok" });
    expect(results[3]).toMatchObject({ type: "error", error: { code: "SQLITE_ERROR" } });
  });

  test("a transaction opened for reading does not write", async () => {
    const server = await startForTest();
    await query(server, "CREATE TABLE t (a)");
    const { results } = await pipeline(server, [
      execute("BEGIN TRANSACTION READONLY"),
      execute("INSERT INTO t VALUES (1)"),
      execute("COMMIT"),
      execute("INSERT INTO t VALUES (2)"),
    ]);
    expect(results[1]).toMatchObject({ type: "error", error: { code: "SQLITE_READONLY" } });
    expect(results[3]).toMatchObject({ type: "ok" });
  });

  test.each([
    ["a NUL", "SELECT ?", "a\0b"],
    ["a NUL out of JSON", "SELECT value FROM json_each(?)", '["a\\u0000"]'],
    ["half a surrogate pair out of JSON", "SELECT value FROM json_each(?)", '["a\\ud83d"]'],
    ["the other half", "SELECT ? ->> 'x'", '{"x":"\\\\\\uDE00"}'],
  ])("%s is refused: the binding could not read it back", async (_name, sql, value) => {
    const server = await startForTest();
    const { results } = await pipeline(server, [execute(sql, text(value)), execute("SELECT 1")]);
    expect(results[0]).toMatchObject({ type: "error", error: { code: "SQLITE_MISMATCH" } });
    expect(results[1]).toMatchObject({ type: "ok" });
  });

  test.each([
    ['["\\ud83d\\ude00"]', "😀"],
    ['["\\\\ud83d"]', "\\ud83d"],
    ['["\\\\u0000"]', "\\u0000"],
  ])("%s is good JSON", async (json, value) => {
    const server = await startForTest();
    const { rows } = await query(server, "SELECT value FROM json_each(?)", text(json));
    expect(rows).toEqual([[text(value)]]);
  });
});

describe("batches", () => {
  const step = (sql: string, condition?: object) => ({ stmt: { sql }, condition });

  test("conditions decide; a skipped step is neither ok nor an error", async () => {
    const server = await startForTest();
    const not = (cond: object) => ({ type: "not", cond });
    const ok = (index: number) => ({ type: "ok", step: index });
    const failed = (index: number) => ({ type: "error", step: index });
    const steps = [
      step("SELECT 0"),
      step("SELECT nothing"),
      step("SELECT 2", ok(1)),
      step("SELECT 3", failed(1)),
      step("SELECT 4", ok(2)),
      step("SELECT 5", failed(2)),
      step("SELECT 6", { type: "and", conds: [ok(0), not(ok(1)), ok(3)] }),
      step("SELECT 7", { type: "or", conds: [ok(1), ok(2)] }),
      step("SELECT 8", { type: "or", conds: [ok(1), failed(1)] }),
      step("SELECT 9", { type: "and", conds: [] }),
      step("SELECT 10", { type: "or", conds: [] }),
      step("BEGIN", { type: "is_autocommit" }),
      step("SELECT 12", { type: "is_autocommit" }),
      step("ROLLBACK", not({ type: "is_autocommit" })),
    ];
    const { results } = await pipeline(server, [{ type: "batch", batch: { steps } }]);
    const { step_results, step_errors } = results[0].response.result;
    const ran = step_results.flatMap((result: unknown, index: number) => (result === null ? [] : [index]));
    expect(ran).toEqual([0, 3, 6, 8, 9, 11, 13]);
    const errors = step_errors.flatMap((error: unknown, index: number) => (error === null ? [] : [index]));
    expect(errors).toEqual([1]);
  });

  test("a cursor gives the same as lines of JSON, and its baton goes on", async () => {
    const server = await startForTest();
    await query(server, "CREATE TABLE t (a INTEGER)");
    const { status, text: lines } = await post(server, "/v3/cursor", {
      baton: null,
      batch: {
        steps: [
          step("BEGIN"),
          step("INSERT INTO t VALUES (1), (2)"),
          step("SELECT a FROM t"),
          step("SELECT nothing"),
          step("SELECT 5", { type: "ok", step: 3 }),
        ],
      },
    });
    expect(status).toBe(200);
    const [head, ...entries] = lines
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(entries).toMatchObject([
      { type: "step_begin", step: 0 },
      { type: "step_end" },
      { type: "step_begin", step: 1 },
      { type: "step_end", affected_row_count: 2, last_insert_rowid: "2" },
      { type: "step_begin", step: 2, cols: [{ name: "a", decltype: "INTEGER" }] },
      { type: "row", row: [integer(1)] },
      { type: "row", row: [integer(2)] },
      { type: "step_end", affected_row_count: 0, last_insert_rowid: null },
      { type: "step_error", step: 3, error: { code: "SQLITE_ERROR" } },
    ]);
    await pipeline(server, [execute("COMMIT"), { type: "close" }], { baton: head.baton });
    expect((await query(server, "SELECT count(*) FROM t")).rows).toEqual([[integer(2)]]);
  });

  test("a cursor of many rows arrives whole", async () => {
    const server = await startForTest();
    const sql =
      "WITH RECURSIVE n(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n WHERE a < 30000) SELECT a, 'x' FROM n";
    const { text: lines } = await post(server, "/v3/cursor", { baton: null, batch: { steps: [step(sql)] } });
    const rows = lines.split("\n").filter((line) => line.startsWith('{"type":"row"'));
    expect(rows).toHaveLength(30_000);
    expect(rows.at(-1)).toContain('"30000"');
  });
});
