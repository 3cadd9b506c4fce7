import { type Client, LibsqlBatchError } from "@libsql/client";
import { createClient as createHttpClient } from "@libsql/client/http";
import { type Config, createClient as createWebClient } from "@libsql/client/web";
import { describe, expect, onTestFinished, test } from "vitest";
import type { DatabaseServer } from "./server.ts";
import { startForTest } from "./testing.ts";

describe.each([
  ["@libsql/client/web", createWebClient],
  ["@libsql/client/http", createHttpClient],
])("%s", (_name, createClient) => {
  async function open(options: Partial<Config> = {}): Promise<{ server: DatabaseServer; client: Client }> {
    const server = await startForTest();
    const client = createClient({ url: server.url, ...options });
    onTestFinished(() => client.close());
    return { server, client };
  }

  test("every kind of value comes back as it went in", async () => {
    const { client } = await open({ intMode: "bigint" });
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const values = [
      null,
      2n ** 53n + 1n,
      -(2n ** 63n),
      2n ** 63n - 1n,
      0n,
      0.1,
      -1.5e300,
      5e-324,
      "पुणे 📞 'quoted'",
      "",
    ];
    const { rows } = await client.execute({
      sql: `SELECT ${values.map(() => "?").join(", ")}, ?, ?`,
      args: [...values, bytes, new Uint8Array(0)],
    });
    const row = rows[0];
    expect(values.map((_, index) => row?.[index])).toEqual(values);
    expect(row?.[10]).toEqual(bytes.buffer);
    expect(row?.[11]).toEqual(new ArrayBuffer(0));
  });

  test("blobs of every length modulo three, which base64 pads differently", async () => {
    const { client } = await open();
    for (const length of [1, 2, 3, 4]) {
      const blob = new Uint8Array(length).fill(0xfb);
      const { rows } = await client.execute({ sql: "SELECT ?, hex(?)", args: [blob, blob] });
      expect(rows[0]?.[0]).toEqual(blob.buffer);
      expect(rows[0]?.[1]).toBe("FB".repeat(length));
    }
  });

  test("named arguments with and without their prefix", async () => {
    const { client } = await open();
    const { rows } = await client.execute({
      sql: "SELECT :a, @b, $c, :a /* :d */ -- ?",
      args: { a: 1, "@b": 2, c: 3 },
    });
    expect(Array.from(rows[0] ?? [])).toEqual([1, 2, 3, 1]);
  });

  test("affected rows, rowids beyond 2^53, column names and upper-case types", async () => {
    const { client } = await open();
    await client.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name varchar(10), note)");
    const inserted = await client.execute("INSERT INTO t VALUES (9007199254740993, 'a', 1), (5, 'b', 2)");
    expect(inserted.rowsAffected).toBe(2);
    const last = await client.execute("INSERT INTO t (name) VALUES ('c')");
    expect(last.lastInsertRowid).toBe(9007199254740994n);
    const changed = await client.execute("UPDATE t SET name = 'z' WHERE id = 5 RETURNING name, note");
    expect(changed.rowsAffected).toBe(1);
    expect(changed.columns).toEqual(["name", "note"]);
    expect(changed.columnTypes).toEqual(["VARCHAR(10)", ""]);
    expect((await client.execute("SELECT 1")).rowsAffected).toBe(0);
  });

  test("a batch is one transaction, and its error names statement and code", async () => {
    const { client } = await open();
    await client.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b NOT NULL)");
    const failing = client.batch(
      [
        { sql: "INSERT INTO t VALUES (1, 'x')", args: [] },
        { sql: "INSERT INTO t VALUES (1, 'y')", args: [] },
        { sql: "INSERT INTO t VALUES (2, 'z')", args: [] },
      ],
      "write",
    );
    await expect(failing).rejects.toBeInstanceOf(LibsqlBatchError);
    await expect(failing).rejects.toMatchObject({ code: "SQLITE_CONSTRAINT", statementIndex: 1 });
    expect((await client.execute("SELECT count(*) AS n FROM t")).rows[0]?.n).toBe(0);
  });

  test("a lost fence rolls everything back and is statement 0", async () => {
    const { server, client } = await open();
    await client.batch(
      [
        "CREATE TABLE head (log TEXT PRIMARY KEY, size INTEGER NOT NULL)",
        "CREATE TABLE commits (log TEXT, seq INTEGER NOT NULL, PRIMARY KEY (log, seq)) WITHOUT ROWID",
        "INSERT INTO head VALUES ('a', 7)",
      ],
      "write",
    );
    const commit = (expectedSize: number) =>
      client.batch(
        [
          {
            sql: "INSERT INTO commits VALUES (?1, (SELECT size + 1 FROM head WHERE log = ?1 AND size = ?2))",
            args: ["a", expectedSize],
          },
          { sql: "UPDATE head SET size = size + 1 WHERE log = ?", args: ["a"] },
        ],
        "write",
      );
    const before = server.stats().write_transactions;
    const outcomes = await Promise.allSettled([commit(7), commit(7)]);
    const lost = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(lost).toHaveLength(1);
    expect(lost[0]?.reason).toMatchObject({ code: "SQLITE_CONSTRAINT", statementIndex: 0 });
    expect((await client.execute("SELECT size FROM head")).rows[0]?.size).toBe(8);
    expect(server.stats().write_transactions - before).toBe(1);
  });

  test("an interactive transaction is seen by nobody before its commit", async () => {
    const { client } = await open();
    await client.execute("CREATE TABLE t (a)");
    const transaction = await client.transaction("write");
    await transaction.execute("INSERT INTO t VALUES (1)");
    await transaction.batch(["INSERT INTO t VALUES (2)"]);
    const count = async () => (await client.execute("SELECT count(*) AS n FROM t")).rows[0]?.n;
    expect(await count()).toBe(0);
    await transaction.commit();
    expect(await count()).toBe(2);

    const undone = await client.transaction("write");
    await undone.execute("DELETE FROM t");
    await undone.rollback();
    expect(await count()).toBe(2);
  });

  test("many writers at once wait for each other", async () => {
    const { client } = await open();
    await client.execute("CREATE TABLE t (a INTEGER)");
    await client.execute("INSERT INTO t VALUES (0)");
    const increment = async () => {
      const transaction = await client.transaction("write");
      const { rows } = await transaction.execute("SELECT a FROM t");
      await transaction.execute({ sql: "UPDATE t SET a = ?", args: [Number(rows[0]?.a) + 1] });
      await transaction.commit();
    };
    await Promise.all(Array.from({ length: 12 }, increment));
    expect((await client.execute("SELECT a FROM t")).rows[0]?.a).toBe(12);
  });

  test("a sequence runs up to its first error, triggers included", async () => {
    const { client } = await open();
    await client.executeMultiple(`
      CREATE TABLE t (a); CREATE TABLE log (a);
      CREATE TRIGGER tr AFTER INSERT ON t BEGIN
        INSERT INTO log VALUES (CASE WHEN new.a > 1 THEN 'big;' ELSE 'small' END);
        INSERT INTO log VALUES ('end');
      END;
      INSERT INTO t VALUES (1); -- ; not an end
      INSERT INTO t VALUES (2);
    `);
    await expect(
      client.executeMultiple("INSERT INTO t VALUES (3); SELECT nothing; INSERT INTO t VALUES (4)"),
    ).rejects.toMatchObject({ code: "SQLITE_ERROR" });
    const { rows } = await client.execute("SELECT a FROM log");
    expect(rows.map((row) => row.a)).toEqual(["small", "end", "big;", "end", "big;", "end"]);
  });

  test("references between tables are kept, and migrate() can suspend that", async () => {
    const { client } = await open();
    await client.batch(
      ["CREATE TABLE p (id INTEGER PRIMARY KEY)", "CREATE TABLE c (p REFERENCES p(id))"],
      "write",
    );
    const orphan = client.execute("INSERT INTO c VALUES (1)");
    await expect(orphan).rejects.toMatchObject({ code: "SQLITE_CONSTRAINT" });
    await client.migrate(["INSERT INTO c VALUES (1)"]);
    await expect(client.execute("INSERT INTO c VALUES (2)")).rejects.toMatchObject({
      code: "SQLITE_CONSTRAINT",
    });
  });
});
