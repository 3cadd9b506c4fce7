import { afterAll, beforeAll, expect, test } from "vitest";
import { newDatabase, newLog, type TestDatabase } from "../../ledger/fixtures/test-log.ts";
import { consentMetrics } from "./consent-metrics.ts";

let own: TestDatabase;
beforeAll(async () => {
  own = await newDatabase();
});
afterAll(() => own.close());

const RECORD = `json_object('action', CASE WHEN i % 3 = 0 THEN 'reject_all' ELSE 'accept_all' END,
  'categories', json_object('preferences', json(iif(i % 3 = 0, 'false', 'true')),
    'analytics', json(iif(i % 3 = 0, 'false', 'true')), 'marketing', json(iif(i % 3 = 0, 'false', 'true'))),
  'language', iif(i % 2 = 0, 'en', 'hi'), 'country', 'IN', 'policy_version', '1', 'notice_hash', 'aa')`;
const FIRST = 20_000;
const DAYS = 20;

test("the figures of many records read rows by day and kind, not by record", async () => {
  const org = await newLog(own.database);
  const site = `site_of_${org}`;
  await own.database.write([
    {
      sql: "INSERT INTO site (id, org, log, name, created_at) VALUES (?1, ?2, ?2, 'x', 0)",
      args: [site, org],
    },
    {
      sql: `INSERT INTO consent_record (org, site, consent_id, idx, log, idempotency_key, body_sha256, record, salt, at)
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 19999)
            SELECT ?1, ?2, 'cns_' || i, i, ?1, 'k', x'00', ${RECORD}, x'00', (?3 + i / 1000) * 86400000 FROM n`,
      args: [org, site, FIRST],
    },
  ]);
  const ask = () =>
    consentMetrics(
      own.database,
      { org, site },
      { from: FIRST, before: FIRST + DAYS },
      (FIRST + DAYS) * 86_400_000,
    );
  const before = own.server.stats().rows_read;
  const figures = await ask();
  expect(figures).toMatchObject({
    n: 20_000,
    // i divisible by 3: 6,667 of 0 to 19,999.
    actions: [
      { action: "accept_all", n: 13_333 },
      { action: "reject_all", n: 6667 },
    ],
    languages: [{ n: 10_000 }, { n: 10_000 }],
  });
  expect(figures.days).toHaveLength(DAYS);
  const first = own.server.stats().rows_read - before;
  // 20 days of 4 kinds each, read once, and the 20 batches that were told.
  expect(first).toBeLessThan(500);
  await ask();
  expect(own.server.stats().rows_read - before - first).toBeLessThan(100);
});
