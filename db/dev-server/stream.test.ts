import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { execute, pipeline, post, query, startForTest, temporaryFolder } from "./testing.ts";

const SELECT_1 = { requests: [execute("SELECT 1")] };

describe("batons", () => {
  test("a stream goes on with its baton, which is good for one request", async () => {
    const server = await startForTest();
    const first = await pipeline(server, [execute("CREATE TEMP TABLE t (a)")]);
    const second = await pipeline(server, [execute("INSERT INTO t VALUES (1)")], first);
    expect(second.baton).not.toBe(first.baton);
    const reused = await post(server, "/v3/pipeline", { ...SELECT_1, baton: first.baton });
    expect(reused).toMatchObject({ status: 400, text: "Received a baton that has already been used" });
    const closed = await pipeline(server, [execute("SELECT a FROM t"), { type: "close" }], second);
    expect(closed.results[0].response.result.rows).toHaveLength(1);
    expect(closed.baton).toBeNull();
  });

  test("an invented baton is refused", async () => {
    const server = await startForTest();
    for (const baton of ["", "x", "a.b", "é".repeat(1_000)]) {
      const { status, text } = await post(server, "/v3/pipeline", { ...SELECT_1, baton });
      expect({ status, text }).toEqual({ status: 400, text: "Received an invalid baton" });
    }
  });

  test("two requests with one baton at the same time: only one is served", async () => {
    const server = await startForTest();
    await query(server, "CREATE TABLE t (a)");
    const holder = await pipeline(server, [execute("BEGIN IMMEDIATE")]);
    const { baton } = await pipeline(server, [execute("SELECT 1")]);
    const waiting = pipeline(server, [execute("INSERT INTO t VALUES (1)"), { type: "close" }], { baton });
    await sleep(100);
    const second = await post(server, "/v3/pipeline", { ...SELECT_1, baton });
    expect(second).toMatchObject({ status: 400, text: "Received a baton that has already been used" });
    await pipeline(server, [execute("COMMIT"), { type: "close" }], holder);
    expect((await waiting).results[0].type).toBe("ok");
  });

  test("a stream that nobody goes on with expires, with its transaction and its lock", async () => {
    const server = await startForTest({ streamIdleMs: 200 });
    await query(server, "CREATE TABLE t (a)");
    const abandoned = await pipeline(server, [
      execute("BEGIN IMMEDIATE"),
      execute("INSERT INTO t VALUES (1)"),
    ]);
    await query(server, "INSERT INTO t VALUES (2)");
    expect((await query(server, "SELECT a FROM t")).rows).toEqual([[{ type: "integer", value: "2" }]]);
    const late = await post(server, "/v3/pipeline", { ...SELECT_1, baton: abandoned.baton });
    expect(late.status).toBe(400);
    expect(late.json).toEqual({
      message: "The stream has expired due to inactivity",
      code: "STREAM_EXPIRED",
    });
  });

  test("requests keep a stream alive", async () => {
    const server = await startForTest({ streamIdleMs: 1500 });
    let { baton } = await pipeline(server, [execute("BEGIN")]);
    for (let round = 0; round < 3; round += 1) {
      await sleep(600);
      ({ baton } = await pipeline(server, [{ type: "get_autocommit" }], { baton }));
    }
    const { results } = await pipeline(server, [{ type: "get_autocommit" }], { baton });
    expect(results[0].response.is_autocommit).toBe(false);
  });

  test("a request after close is an error, and the stream is gone", async () => {
    const server = await startForTest();
    const { status, text } = await post(server, "/v3/pipeline", {
      baton: null,
      requests: [{ type: "close" }, execute("SELECT 1")],
    });
    expect({ status, text }).toEqual({ status: 400, text: "Stream for this baton was closed" });
  });

  test("settings of one stream are not the next one's", async () => {
    const server = await startForTest();
    await pipeline(server, [
      execute("PRAGMA foreign_keys = OFF"),
      execute("CREATE TEMP TABLE mine (a)"),
      execute("BEGIN"),
      { type: "close" },
    ]);
    const { results } = await pipeline(server, [
      execute("PRAGMA foreign_keys"),
      execute("SELECT * FROM mine"),
      { type: "get_autocommit" },
    ]);
    expect(results[0].response.result.rows).toEqual([[{ type: "integer", value: "1" }]]);
    expect(results[1].type).toBe("error");
    expect(results[2].response.is_autocommit).toBe(true);
  });
});

describe("writers", () => {
  test("wait their turn, in order, while readers go on", async () => {
    const server = await startForTest();
    await query(server, "CREATE TABLE t (a INTEGER PRIMARY KEY, name)");
    const holder = await pipeline(server, [execute("BEGIN IMMEDIATE")]);
    const waiting = ["first", "second", "third"].map(async (name, index) => {
      await sleep(index * 30);
      await query(server, "INSERT INTO t (name) VALUES (?)", { type: "text", value: name });
    });
    await sleep(200);
    expect((await query(server, "SELECT * FROM t")).rows).toEqual([]);
    await pipeline(server, [execute("COMMIT"), { type: "close" }], holder);
    await Promise.all(waiting);
    const { rows } = await query(server, "SELECT name FROM t ORDER BY a");
    expect(rows.map(([name]: { value: string }[]) => name?.value)).toEqual(["first", "second", "third"]);
  });

  test("are told SQLITE_BUSY when it takes too long, and can try again", async () => {
    const server = await startForTest({ busyTimeoutMs: 150 });
    await query(server, "CREATE TABLE t (a)");
    const holder = await pipeline(server, [execute("BEGIN IMMEDIATE"), execute("INSERT INTO t VALUES (1)")]);
    const started = performance.now();
    const other = await pipeline(server, [execute("BEGIN IMMEDIATE"), { type: "get_autocommit" }]);
    expect(performance.now() - started).toBeGreaterThanOrEqual(140);
    expect(other.results[0]).toMatchObject({ type: "error", error: { code: "SQLITE_BUSY" } });
    expect(other.results[1].response.is_autocommit).toBe(true);
    await pipeline(server, [execute("COMMIT"), { type: "close" }], holder);
    const again = await pipeline(server, [execute("INSERT INTO t VALUES (2)")], other);
    expect(again.results[0].type).toBe("ok");
  });

  test("on an outdated snapshot fail at once, and their connection is as before", async () => {
    const server = await startForTest();
    await query(server, "CREATE TABLE t (a INTEGER)");
    const late = await pipeline(server, [execute("BEGIN"), execute("SELECT * FROM t")]);
    await query(server, "INSERT INTO t VALUES (1)");
    const { results, baton } = await pipeline(
      server,
      [execute("INSERT INTO t VALUES (2)"), execute("ROLLBACK"), execute("SELECT count(*) FROM t")],
      late,
    );
    expect(results[0]).toMatchObject({
      type: "error",
      error: { code: "SQLITE_BUSY", extended_code: "SQLITE_BUSY_SNAPSHOT" },
    });
    expect(results[1].type).toBe("ok");
    expect(results[2].response.result.rows).toEqual([[{ type: "integer", value: "1" }]]);
    await query(server, "INSERT INTO t VALUES (3)");
    const after = await pipeline(
      server,
      [
        execute("SELECT count(*) FROM t"),
        execute("BEGIN"),
        execute("INSERT INTO t VALUES (4)"),
        execute("COMMIT"),
      ],
      { baton },
    );
    expect(after.results[0].response.result.rows).toEqual([[{ type: "integer", value: "2" }]]);
    expect(after.results[3].type).toBe("ok");
  });

  test("wait for a lock that somebody outside this server holds", async () => {
    const dataFile = join(temporaryFolder(), "data.db");
    const outside = await startForTest({ dataFile });
    const server = await startForTest({ dataFile, busyTimeoutMs: 1_000 });
    await query(server, "CREATE TABLE t (a)");
    const holder = await pipeline(outside, [execute("BEGIN IMMEDIATE"), execute("INSERT INTO t VALUES (1)")]);
    const waiting = query(server, "INSERT INTO t VALUES (2)");
    await sleep(100);
    await pipeline(outside, [execute("COMMIT"), { type: "close" }], holder);
    expect((await waiting).affected_row_count).toBe(1);
    const { results } = await pipeline(server, [
      execute("SELECT count(*) FROM t"),
      execute("SELECT count(*) FROM sqlite_stmt WHERE busy AND NOT ro"),
    ]);
    expect(
      results.map((result: { response: { result: { rows: unknown } } }) => result.response.result.rows),
    ).toEqual([[[{ type: "integer", value: "2" }]], [[{ type: "integer", value: "0" }]]]);
  });

  test("count as one write transaction when they changed something and committed", async () => {
    const server = await startForTest();
    await query(server, "CREATE TABLE t (a)");
    const before = server.stats();
    await pipeline(server, [
      execute("BEGIN IMMEDIATE"),
      execute("INSERT INTO t VALUES (1), (2), (3)"),
      execute("COMMIT"),
      execute("BEGIN IMMEDIATE"),
      execute("INSERT INTO t VALUES (4)"),
      execute("ROLLBACK"),
      execute("BEGIN IMMEDIATE"),
      execute("COMMIT"),
      execute("UPDATE t SET a = 0 WHERE a = 99"),
      execute("INSERT INTO t VALUES (5)"),
      execute("SELECT * FROM t"),
      { type: "close" },
    ]);
    const response = await fetch(`${server.url}/stats`);
    const after = await response.json();
    expect(after).toEqual(server.stats());
    expect(after.write_transactions - before.write_transactions).toBe(2);
    expect(after.read_transactions - before.read_transactions).toBe(3);
    expect(after.statements - before.statements).toBe(11);
  });
});

test("what was deleted is soon in no file", async () => {
  const folder = temporaryFolder();
  const server = await startForTest({ dataFile: join(folder, "data.db") });
  const isStored = () =>
    readdirSync(folder).some((file) => readFileSync(join(folder, file)).includes("Asha Kulkarni"));
  await query(server, "CREATE TABLE t (a PRIMARY KEY, b)");
  await query(server, "INSERT INTO t VALUES ('Asha Kulkarni', randomblob(9000)), ('other', 1)");
  expect(isStored()).toBe(true);
  await query(server, "DELETE FROM t WHERE a <> 'other'");
  await expect.poll(isStored, { timeout: 4_000 }).toBe(false);
});
