import { afterAll, beforeAll, expect, it } from "vitest";
import { demoNotice } from "../consent-banner/demo-notice.ts";
import { newDatabase, newLog, type TestDatabase } from "../worker/ledger/fixtures/test-log.ts";
import { lintPolicy } from "../worker/policy/lint/lint.ts";
import { textsOf } from "../worker/policy/queries.ts";
import { readPolicy } from "../worker/policy/read-policy.ts";
import { announceComingPolicy } from "./coming-policy.ts";

let own: TestDatabase;
beforeAll(async () => {
  own = await newDatabase();
});
afterAll(() => own.close());

const DAY = 86_400_000;

it("announces a sound text once, for a midnight in India 35 to 36 days after the first start", async () => {
  const org = await newLog(own.database);
  const firstStart = Date.UTC(2026, 10, 24, 13, 30);
  await announceComingPolicy(own.database, org, firstStart);
  await announceComingPolicy(own.database, org, firstStart + 3 * DAY);
  const now = firstStart + 4 * DAY;
  const reading = await readPolicy(own.database, { org, policy: "privacy", now });
  const [coming, ...more] = reading.versions;
  if (coming === undefined) throw new Error("nothing was announced");
  expect(more).toEqual([]);
  // 24 November, 19:00 in India: the next midnight begins the 25th, and 35 days on is 30 December.
  expect(new Date(coming.effectiveAt).toISOString()).toBe("2026-12-29T18:30:00.000Z");
  expect(coming).toMatchObject({ noticedAt: firstStart, class: "material", changes: { recipients: true } });

  const { texts } = await readPolicy(
    own.database,
    { org, policy: "privacy", now },
    textsOf(org, "privacy", [coming.version], now),
  );
  const findings = lintPolicy(texts.get(coming.version) ?? "", {
    policy: "privacy",
    language: "en",
    version: coming.version,
    effectiveOn: "2026-12-30",
    notices: [demoNotice],
    profiles: ["dpdp", "gdpr"],
    changes: coming.changes,
  });
  expect(findings).toEqual([]);
});
