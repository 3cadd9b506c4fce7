import { afterAll, beforeAll, expect, test } from "vitest";
import { demoNotice } from "../../consent-banner/demo-notice.ts";
import { newDatabase, newLog, type TestDatabase } from "../ledger/fixtures/test-log.ts";
import { publishVersion } from "../policy/publish.ts";
import { publishNotice } from "./publish-notice.ts";
import { readPublished } from "./published.ts";

let own: TestDatabase;
beforeAll(async () => {
  own = await newDatabase();
});
afterAll(() => own.close());

const NOW = Date.UTC(2026, 10, 24);
const EFFECTIVE = NOW + 30 * 86_400_000;

async function newSite(): Promise<{ org: string; site: string }> {
  const org = await newLog(own.database);
  const site = org.replace("org", "site");
  await publishNotice(own.database, { org, site, notice: demoNotice, policyVersion: "2025-10-26", now: NOW });
  return { org, site };
}

function publishPolicy(org: string, version: string, effectiveAt: number, noticedAt: number) {
  return publishVersion(own.database, {
    org,
    policy: "privacy",
    version,
    markdown: `# Privacy Policy\n\nVersion ${version}.\n`,
    effectiveAt,
    noticedAt,
    class: "material",
    reason: "A new recipient",
    now: NOW,
  });
}

test("a change of the operator's policy is told from its notice on, until it is in force", async () => {
  const { org, site } = await newSite();
  await publishPolicy(org, "2025-10-26", NOW - 1000, NOW - 1000);
  await publishPolicy(org, "2026-12-24", EFFECTIVE, NOW + 5000);
  const settings = { operatorOrg: org, publicUrl: "https://callers360.com" };
  const at = (now: number) => readPublished(own.database, settings, site, now);

  const before = await at(NOW + 4999);
  expect(before.configuration.coming_change).toBeUndefined();
  expect(before.nextChangeAt).toBe(NOW + 5000);
  const announced = await at(NOW + 5000);
  expect(announced.configuration.coming_change).toEqual({
    policy_version: "2026-12-24",
    effective_at: "2026-12-24T00:00:00.000Z",
    time_zone: "Asia/Kolkata",
    url: "https://callers360.com/privacy/2025-10-26..2026-12-24",
  });
  expect(announced.nextChangeAt).toBe(EFFECTIVE);
  expect((await at(EFFECTIVE)).configuration.coming_change).toBeUndefined();
});

test("the operator's change is not told on the sites of others, nor where there is no policy", async () => {
  const [operator, other] = [await newSite(), await newSite()];
  await publishPolicy(operator.org, "2026-12-24", EFFECTIVE, NOW);
  const settings = { operatorOrg: operator.org, publicUrl: "https://callers360.com" };
  const elsewhere = await readPublished(own.database, settings, other.site, NOW);
  expect(elsewhere.configuration.coming_change).toBeUndefined();
  const without = await readPublished(own.database, { ...settings, operatorOrg: other.org }, other.site, NOW);
  expect(without.configuration.coming_change).toBeUndefined();
});

test("another organisation's own change is told on its sites, with its own address", async () => {
  const [operator, other] = [await newSite(), await newSite()];
  await publishPolicy(other.org, "2026-12-24", EFFECTIVE, NOW);
  const settings = { operatorOrg: operator.org, publicUrl: "https://callers360.com" };
  const { configuration } = await readPublished(own.database, settings, other.site, NOW);
  expect(configuration.coming_change?.url).toBe(`https://callers360.com/p/${other.org}/privacy/2026-12-24`);
});
