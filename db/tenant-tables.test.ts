import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabase } from "./client.ts";
import { startDatabaseServer } from "./dev-server/server.ts";
import { migrate } from "./migrate.ts";
import { readShapes, tenantShapes } from "./tenant-shape.ts";
import { MOVE_TABLES, TENANT_TABLES } from "./tenant-tables.ts";

/** What works on call data, and so names its tables. */
const TENANT_FOLDERS = ["calls", "metrics", "live"];
/** Directory tables whose copy, or outbox, stands beside call data. */
const BESIDE = ["organization", "audit_log"];
const WORKER = new URL("../worker/", import.meta.url).pathname;

const folder = mkdtempSync(join(tmpdir(), "callers360-tables-"));
let server: Awaited<ReturnType<typeof startDatabaseServer>>;
let tables: string[];

beforeAll(async () => {
  server = await startDatabaseServer({ port: 0, dataFile: join(folder, "edge.db") });
  await migrate({ url: server.url });
  const [found] = await openDatabase({ url: server.url }).read([
    "SELECT name FROM sqlite_master WHERE type = 'table'",
  ]);
  tables = found?.rows.map((row) => String(row.name)) ?? [];
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The tables that the programs of a folder name: in SQL, or as a word in quotes that only a table can be. */
function namedIn(folders: readonly string[]): string[] {
  const named = new Set<string>();
  for (const one of folders) {
    for (const file of readdirSync(WORKER + one, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts") || file.endsWith(".test.ts") || file.includes("fixtures")) continue;
      const text = readFileSync(`${WORKER}${one}/${file}`, "utf8");
      for (const [, name] of text.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)/g)) named.add(name ?? "");
      for (const [, name] of text.matchAll(/["'`](\w+_\w+)["'`]/g)) named.add(name ?? "");
    }
  }
  return tables.filter((name) => named.has(name)).sort();
}

it("every table that call data is kept in moves with it", () => {
  const known = new Set<string>([...TENANT_TABLES, ...MOVE_TABLES, ...BESIDE]);
  const unknown = namedIn(TENANT_FOLDERS).filter((name) => !known.has(name));
  expect(unknown, "a move would leave these behind: name them in db/tenant-tables.ts").toEqual([]);
  expect(TENANT_TABLES.filter((name) => !namedIn(TENANT_FOLDERS).includes(name))).toEqual([]);
});

it("nobody else reads call data by SQL: it may be in another database", () => {
  const others = readdirSync(WORKER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !TENANT_FOLDERS.includes(entry.name))
    .map(({ name }) => name);
  const tenant = new Set<string>(TENANT_TABLES);
  expect(namedIn(others).filter((name) => tenant.has(name))).toEqual([]);
});

it("each begins with its organisation", async () => {
  const [shapes] = await openDatabase({ url: server.url }).read([tenantShapes()]);
  if (shapes === undefined) throw new Error("no answer");
  for (const { table, columns } of readShapes(shapes)) expect(columns.length, table).toBeGreaterThan(0);
});
