import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ResultSet } from "@libsql/client/web";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, DatabaseUnavailable, isLostFence, openDatabase } from "./client.ts";
import { startDatabaseServer } from "./dev-server/server.ts";
import { openClient } from "./libsql-client.ts";

let folder: string;
let server: Awaited<ReturnType<typeof startDatabaseServer>>;
let database: Database;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "callers360-client-"));
  server = await startDatabaseServer({ port: 0, dataFile: join(folder, "edge.db") });
  database = openDatabase({ url: server.url });
  await database.write([
    "CREATE TABLE head (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)",
    "INSERT INTO head VALUES (1, 7)",
  ]);
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const n = async () => (await database.read(["SELECT n FROM head"]))[0]?.rows[0]?.n;

describe("a fenced batch", () => {
  it("rolls back as a whole when statement 0 fails, and only that is a lost fence", async () => {
    const stale = { sql: "INSERT INTO head VALUES (2, (SELECT n FROM head WHERE n = ?1))", args: [6] };
    const lost = await database.write([stale, "UPDATE head SET n = 100"]).catch((error: unknown) => error);
    expect(isLostFence(lost)).toBe(true);
    const later = await database.write(["UPDATE head SET n = 100", stale]).catch((error: unknown) => error);
    expect(isLostFence(later)).toBe(false);
    expect(later).not.toBeInstanceOf(DatabaseUnavailable);
    expect(await n()).toBe(7);
  });
});

describe("a batch", () => {
  it("answers as the library's own client does, value by value", async () => {
    const odd = new Uint8Array([0, 255, 7]);
    const statements = [
      { sql: "SELECT ?1 AS a, ?2 AS a, ?3 AS c, ?4 AS d", args: [null, 1.5, 'ä\t"', odd] },
      {
        sql: "SELECT typeof(:n) AS kind, :n AS n, :yes AS yes, 9007199254740991 AS big",
        args: { n: 3, yes: true },
      },
      "SELECT id, n, x'' AS none FROM head WHERE n > 100",
      "UPDATE head SET n = n WHERE id = 1 RETURNING n",
      { sql: "SELECT ?1 AS big", args: [9007199254740991n] },
    ];
    const client = openClient({ url: server.url });
    for (const mode of ["read", "write"] as const) {
      const asked =
        mode === "read" ? statements.filter((one) => !String(one).startsWith("UPDATE")) : statements;
      const theirs = await client.batch(asked, "write");
      const ours = await database[mode](asked);
      const plain = (sets: readonly ResultSet[]) =>
        sets.map(({ columns, columnTypes, rows, rowsAffected, lastInsertRowid }) => ({
          ...{ columns, columnTypes, rowsAffected, lastInsertRowid },
          rows: rows.map((row) => ({ ...row })),
        }));
      expect(plain(ours)).toEqual(plain(theirs));
    }
    expect((await database.read(["SELECT x'00ff' AS b"]))[0]?.rows[0]?.b).toEqual(
      new Uint8Array([0, 255]).buffer,
    );
  });

  it("takes only finite numbers, and gives no integer that a number cannot hold", async () => {
    await expect(database.read([{ sql: "SELECT ?1", args: [Number.NaN] }])).rejects.toThrow(RangeError);
    await expect(database.read(["SELECT 9007199254740992"])).rejects.toThrow(DatabaseUnavailable);
  });
});

describe("what went wrong", () => {
  it("is the database's word for bad SQL and bad arguments: sending it again would not help", async () => {
    for (const statement of [
      "SELEC 1",
      { sql: "SELECT ?1, ?2", args: { unknown: 1 } },
      "SELECT 1; SELECT 2",
    ]) {
      const error = await database.read([statement]).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(DatabaseUnavailable);
    }
  });

  it("is unknown when nobody listens, when the server faults, and when it never answers", async () => {
    const faults = createServer((request, response) => {
      if (request.url?.startsWith("/fault")) response.writeHead(502).end("bad gateway");
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => faults.once("listening", resolve));
    const address = faults.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    for (const url of [
      "http://127.0.0.1:1",
      `http://127.0.0.1:${port}/fault`,
      `http://127.0.0.1:${port}/silence`,
    ]) {
      await expect(openDatabase({ url }, 300).write(["SELECT 1"]), url).rejects.toBeInstanceOf(
        DatabaseUnavailable,
      );
    }
    faults.closeAllConnections();
    faults.close();
  });
});
