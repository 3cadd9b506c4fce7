import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "../../../db/client.ts";
import { type DatabaseServer, startDatabaseServer } from "../../../db/dev-server/server.ts";
import { migrate } from "../../../db/migrate.ts";
import { commit } from "../../ledger/commit.ts";
import { contextOf } from "../../ledger/fixtures/test-log.ts";
import { accept, choose, consentIdOf, crowd, newSite } from "../fixtures/crowd.ts";
import { eraseConsent, eraseOldConsents } from "./erase.ts";

const folder = mkdtempSync(join(tmpdir(), "callers360-erasure-"));
let server: DatabaseServer;
let database: Database;

beforeAll(async () => {
  server = await startDatabaseServer({ port: 0, dataFile: join(folder, "edge.db") });
  await migrate({ url: server.url });
  database = openDatabase({ url: server.url });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function count(sql: string, ...args: string[]): Promise<number> {
  const [result] = await database.read([{ sql: `SELECT count(*) AS n FROM ${sql}`, args }]);
  return Number(result?.rows[0]?.n);
}

/** Every byte that the database keeps, after its log was folded in. */
function allBytes(): Buffer {
  return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
}

test("a choice that was read before an erasure and is written after it finds the door closed", async () => {
  const site = await newSite(database);
  const consentId = consentIdOf();
  await choose(database, site, accept(site, consentId));
  let erased = false;
  const slow: Database = {
    read: async (statements) => {
      const results = await database.read(statements);
      if (!erased) {
        erased = true;
        expect(await eraseConsent(database, site, consentId, { actor: "visitor" })).toBe("erased");
      }
      return results;
    },
    write: (statements) => database.write(statements),
  };
  const again = { rider: "consent", request: accept(site, consentId, 2) };
  const neighbour = { rider: "consent", request: accept(site, consentIdOf()) };
  const answers = await commit(contextOf(site.log, slow), [again, neighbour]);
  expect(answers).toMatchObject([{ kind: "refused", reason: "erased" }, { kind: "recorded" }]);
  expect(await count("consent_state WHERE org = ?1 AND consent_id = ?2", site.org, consentId)).toBe(0);
});

test("an erasure that was read before a choice is written after it: nothing is left of either", async () => {
  const site = await newSite(database);
  const consentId = consentIdOf();
  await choose(database, site, accept(site, consentId));
  let chosen = false;
  const slow: Database = {
    read: async (statements) => {
      const results = await database.read(statements);
      if (!chosen) {
        chosen = true;
        await choose(database, site, accept(site, consentId, 2));
      }
      return results;
    },
    write: (statements) => database.write(statements),
  };
  expect(await eraseConsent(slow, site, consentId, { actor: "visitor" })).toBe("erased");
  expect(await count("consent_record WHERE org = ?1 AND salt <> zeroblob(32)", site.org)).toBe(0);
  expect(await count("consent_record WHERE org = ?1", site.org)).toBe(2);
});

test("many go in pieces, and an erasure that broke off is gone on with by the same call", async () => {
  const site = await newSite(database);
  const made = await crowd(database, site, 1300);
  const filter = { org: site.org, site: site.site, before: Date.now() + 1 };
  let writes = 0;
  const breaking: Database = {
    read: (statements) => database.read(statements),
    write: (statements) => {
      writes += 1;
      // The second piece is closed, but none of it deleted.
      if (writes > 4) throw new Error("killed");
      return database.write(statements);
    },
  };
  await expect(eraseOldConsents(breaking, filter, "key:test")).rejects.toThrow("killed");
  expect(await count("consent_erasure WHERE org = ?1", site.org)).toBe(400);
  expect(await count("consent_state WHERE org = ?1", site.org)).toBe(1100);
  expect(await count("consent_record WHERE org = ?1 AND record GLOB '{*'", site.org)).toBe(1100);

  expect(await eraseOldConsents(database, filter, "key:test")).toEqual({ erased: 900, done: true });
  expect(await count("consent_state WHERE org = ?1", site.org)).toBe(0);
  expect(await count("consent_record WHERE org = ?1 AND record GLOB '{*'", site.org)).toBe(0);
  expect(await count("leaf WHERE log = ?1", site.log)).toBe(made.length);
});

test("no byte of an erased record or salt is in any file, whatever was moved before", async () => {
  const site = await newSite(database);
  const made = await crowd(database, site, 1000);
  const [gone, kept] = [made.filter((_, i) => i % 10 === 0), made.filter((_, i) => i % 10 !== 0)];
  for (let n = 0; n < gone.length; n += 25) {
    const some = gone.slice(n, n + 25);
    await Promise.all(some.map((one) => eraseConsent(database, site, one.consentId, { actor: "visitor" })));
  }
  await server.close();
  const bytes = allBytes();
  server = await startDatabaseServer({ port: 0, dataFile: join(folder, "edge.db") });
  database = openDatabase({ url: server.url });

  const found = (one: { record: string; salt: Buffer }) =>
    bytes.includes(one.record) || bytes.includes(one.salt) || bytes.includes(one.salt.subarray(0, 16));
  // What is kept is found, so that a search which finds nothing means something.
  expect(kept.slice(0, 50).every(found)).toBe(true);
  expect(gone.filter(found)).toEqual([]);
  const rest = gone.filter(({ record }) => bytes.includes(record.slice(record.indexOf('"consent_id"'))));
  expect(rest).toEqual([]);
});
