import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Database, openDatabase, type Statement } from "../../../db/client.ts";
import { startDatabaseServer } from "../../../db/dev-server/server.ts";
import { migrate } from "../../../db/migrate.ts";
import { addressErasure, eraseAddress, goOn } from "./erase-address.ts";
import { erasureById, readErasures } from "./queries.ts";
import { dropUntil } from "./retain.ts";

/** A database of its own: erasure and retention go over all organisations. */

const settings = { authSecret: "a secret that only the tests know, 32+" };
const ADDRESS = "asha@asha.example";
const folder = mkdtempSync(join(tmpdir(), "callers360-rights-"));
let server: Awaited<ReturnType<typeof startDatabaseServer>>;
let database: Database;
let count = 0;
let org = "";

beforeAll(async () => {
  server = await startDatabaseServer({ port: 0, dataFile: join(folder, "edge.db") });
  await migrate({ url: server.url });
  database = openDatabase({ url: server.url });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  count += 1;
  org = `org_${count}`;
});

const run = (sql: string, ...args: (string | number | null)[]) =>
  database.write([{ sql, args: [org, ...args] }]);
async function rows(sql: string, ...args: (string | number)[]) {
  const [found] = await database.read([{ sql, args: [org, ...args] }]);
  return (found?.rows ?? []).map((row) => ({ ...row }));
}

const letter = (id: string, person: string, address: string, state = "accepted"): Statement => ({
  sql: `INSERT INTO outbox (org, id, occasion, person, address, domain, language, state, due_at, created_at, done_at, claim, lease_until, answer)
        VALUES (?1, ?2, ?2, ?3, ?4, 'asha.example', 'en', ?5, 1, 1, iif(?5 IN ('queued', 'claimed'), NULL, 2),
          iif(?5 = 'claimed', 'clm', NULL), iif(?5 = 'claimed', 9e15, NULL), '550 <' || ?4 || '>')`,
  args: [org, id, person, address, state],
});
const subscription = (
  id: string,
  state: string,
  email: string | null,
  withdrawnAt: number | null = null,
): Statement => ({
  sql: `INSERT INTO subscription (org, id, list, email, language, state, token_until, asked_at, asked, created_at, confirmed_at, confirmed_idx, withdrawn_at, withdrawn_idx)
        VALUES (?1, ?2, 'newsletter', ?4, 'en', ?3, 100, 1, 1, 1, 1, 0, ?5, iif(?5 IS NULL, NULL, 1))`,
  args: [org, id, state, email, withdrawnAt],
});
const record = (subject: string, kind = "subscription", at = 1): Statement => ({
  sql: `INSERT INTO personal_record (org, kind, key, subject, log, idx, record, salt, at)
        VALUES (?1, ?3, ?2 || ' ' || ?4, ?2, ?1, 0, '{"subscription":"' || ?2 || '"}', x'00', ?4)`,
  args: [org, subject, kind, at],
});
const recordsLeft = async () =>
  (
    await rows("SELECT subject FROM personal_record WHERE org = ?1 AND record IS NOT NULL ORDER BY subject")
  ).map(({ subject }) => subject);

async function stored(id: string) {
  const [found] = await database.read([erasureById(org, id)]);
  const [erasure] = readErasures(found);
  if (erasure === undefined) throw new Error("no erasure");
  return erasure;
}

test("an address leaves lists, records, suppressions and letters, broken off after each chunk", async () => {
  await database.write([
    subscription("sub_now", "confirmed", ADDRESS),
    subscription("sub_other", "confirmed", "dev@asha.example"),
    subscription("sub_before", "withdrawn", null, 5),
    record("sub_now"),
    record("sub_other"),
    // The list has forgotten this one; a letter still tells whose it was.
    record("sub_before"),
    letter("mail_1", "sub_now", ADDRESS, "queued"),
    letter("mail_2", "sub_other", "dev@asha.example"),
    letter("mail_3", "sub_before", ADDRESS, "bounced"),
    letter("mail_4", "usr_1", ADDRESS, "claimed"),
    ...Array.from({ length: 2500 }, (_, n) =>
      letter(`mail_5${String(n).padStart(4, "0")}`, "usr_9", `n${n}@asha.example`),
    ),
  ]);
  await run(
    "INSERT INTO mail_suppression (org, address, since, answer) VALUES (?1, ?2, 7, '550 gone')",
    ADDRESS,
  );

  const id = await eraseAddress(database, settings, { org, address: ADDRESS }, "key:1", 1000);
  expect(await addressErasure(database, org, id)).toMatchObject({
    state: "open",
    processed: 0,
    total: 2504,
    kind: "address",
  });
  expect(await rows("SELECT id FROM subscription WHERE org = ?1 AND email = ?2", ADDRESS)).toEqual([]);
  expect(await recordsLeft()).toEqual(["sub_before", "sub_other"]);
  const begun = await stored(id);
  await goOn(database, begun, 1);
  expect((await stored(id)).processed).toBe(1000);
  // Somebody else did the same chunk at the same time: it is done once.
  await goOn(database, begun, 1);
  expect((await stored(id)).processed).toBe(1000);
  await goOn(database, await stored(id), 100);
  // One letter is on its way: the address is kept until it has ended.
  expect(await addressErasure(database, org, id)).toMatchObject({ state: "open", finished_at: null });
  expect(await rows("SELECT id, state FROM outbox WHERE org = ?1 AND address = ?2", ADDRESS)).toEqual([
    { id: "mail_4", state: "claimed" },
  ]);
  await run(
    "UPDATE outbox SET state = 'accepted', claim = NULL, lease_until = NULL WHERE org = ?1 AND id = 'mail_4'",
  );
  await goOn(database, await stored(id), 100);
  expect(await addressErasure(database, org, id)).toMatchObject({ state: "done", processed: 2504 });
  expect(await recordsLeft()).toEqual(["sub_other"]);
  expect(
    await rows(
      "SELECT id, state, answer FROM outbox WHERE org = ?1 AND id < 'mail_5' AND address IS NULL ORDER BY id",
    ),
  ).toEqual([
    { id: "mail_1", state: "withdrawn", answer: "erased before it was sent" },
    { id: "mail_3", state: "bounced", answer: null },
    { id: "mail_4", state: "accepted", answer: null },
  ]);
  // Nothing anywhere says the address any more.
  for (const table of [
    "outbox",
    "subscription",
    "personal_record",
    "mail_suppression",
    "address_erasure",
    "audit_log",
  ]) {
    const found = await rows(`SELECT * FROM ${table} WHERE org = ?1`);
    expect(JSON.stringify(found), table).not.toContain(ADDRESS);
  }
  const kept = await rows(
    "SELECT since, length(digest) AS bytes FROM mail_suppression_digest WHERE org = ?1",
  );
  expect(kept).toEqual([{ since: 7, bytes: 32 }]);
});

test("the suppression of an address that an account has stays", async () => {
  await database.write([
    {
      sql: "INSERT INTO user (id, name, email, created_at, updated_at) VALUES (?1, 'A', ?2, 1, 1)",
      args: [`usr_${org}`, `Boss@${org}.example`],
    },
  ]);
  await run(
    "INSERT INTO mail_suppression (org, address, since, answer) VALUES (?1, ?2, 7, 'gone')",
    `boss@${org}.example`,
  );
  await eraseAddress(database, settings, { org, address: `boss@${org}.example` }, "key:1", 1000);
  expect(await rows("SELECT since FROM mail_suppression WHERE org = ?1")).toEqual([{ since: 7 }]);
});

test("retention drops what is three years past, chunk by chunk, and nothing younger", async () => {
  const now = Date.UTC(2030, 1, 28, 12);
  const limit = Date.UTC(2027, 1, 28, 12);
  await database.write([
    "DELETE FROM subscription",
    "DELETE FROM personal_record",
    ...Array.from({ length: 7 }, (_, n) => subscription(`sub_old${n}`, "withdrawn", null, limit - n)),
    ...Array.from({ length: 7 }, (_, n) => record(`sub_old${n}`)),
    subscription("sub_young", "withdrawn", null, limit + 1),
    record("sub_young"),
    // On the list for longer than three years: its proof is needed.
    subscription("sub_reader", "confirmed", ADDRESS),
    record("sub_reader"),
    subscription("sub_pending", "pending", "dev@asha.example"),
    record("usr_1", "acknowledgement", limit),
    record("usr_2", "acknowledgement", limit + 1),
  ]);
  expect(await dropUntil(database, now, 3, 1)).toBe(false);
  expect(await rows("SELECT count(*) AS n FROM subscription WHERE org = ?1 AND id LIKE 'sub_old%'")).toEqual([
    { n: 4 },
  ]);
  expect(await dropUntil(database, now, 3, 10)).toBe(true);
  expect((await rows("SELECT id FROM subscription WHERE org = ?1 ORDER BY id")).map(({ id }) => id)).toEqual([
    "sub_reader",
    "sub_young",
  ]);
  expect(await recordsLeft()).toEqual(["sub_reader", "sub_young", "usr_2"]);
});
