import { afterAll, beforeAll, expect, test } from "vitest";
import { newDatabase, newLog, type TestDatabase } from "../../ledger/fixtures/test-log.ts";
import { consentMetrics } from "./consent-metrics.ts";
import { type Counted, countChoices } from "./queries.ts";

let own: TestDatabase;
beforeAll(async () => {
  own = await newDatabase();
});
afterAll(() => own.close());

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
    ...Array.from({ length: DAYS }, (_, day) =>
      countChoices(
        Array.from({ length: 1000 }, (_, i) => choice(org, site, day * 1000 + i, (FIRST + day) * 86_400_000)),
      ),
    ),
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

/** Every third is refused, every other is in Hindi. */
function choice(org: string, site: string, i: number, at: number): Counted {
  const grants = i % 3 > 0;
  return {
    at,
    request: {
      org,
      site,
      origin: "",
      consentId: "",
      secretSha256: new Uint8Array(),
      idempotencyKey: "",
      bodySha256: new Uint8Array(),
      action: grants ? "accept_all" : "reject_all",
      categories: { preferences: grants, analytics: grants, marketing: grants },
      choice: 1,
      policyVersion: "1",
      noticeHash: "aa",
      language: i % 2 === 0 ? "en" : "hi",
      gpc: false,
      country: "IN",
      beyondBudget: false,
    },
  };
}
