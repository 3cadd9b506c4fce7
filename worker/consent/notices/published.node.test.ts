import { afterAll, beforeAll, expect, test } from "vitest";
import { demoNotice } from "../../../consent-banner/demo-notice.ts";
import { newDatabase, newLog, type TestDatabase } from "../../ledger/fixtures/test-log.ts";
import { publishVersion } from "../../policy/publish.ts";
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

function publishPolicy(
  org: string,
  version: string,
  effectiveAt: number,
  noticedAt: number,
  changes = { purposes: false, recipients: false },
) {
  return publishVersion(own.database, {
    org,
    policy: "privacy",
    version,
    markdown: `# Privacy Policy\n\nVersion ${version}.\n`,
    effectiveAt,
    noticedAt,
    class: "material",
    reason: "A new recipient",
    changes,
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

test("where purposes or recipients change everybody is asked again from the very instant on, and told why", async () => {
  const { org, site } = await newSite();
  const settings = { operatorOrg: org, publicUrl: "https://callers360.com" };
  const at = async (now: number) => (await readPublished(own.database, settings, site, now)).configuration;
  await publishPolicy(org, "2025-10-26", NOW - 1000, NOW - 1000);
  await publishPolicy(org, "2026-12-24", EFFECTIVE, NOW, { purposes: false, recipients: true });
  await publishPolicy(org, "2027-01-24", EFFECTIVE + 1000, NOW);

  const before = await at(EFFECTIVE - 1);
  expect([before.policy_version, before.notice.revision, before.changed]).toEqual([
    "2025-10-26",
    1,
    undefined,
  ]);
  // Ten visitors in the same moment.
  const many = await Promise.all(Array.from({ length: 10 }, () => at(EFFECTIVE)));
  for (const after of many) {
    expect([after.policy_version, after.notice.revision]).toEqual(["2026-12-24", 2]);
    expect(after.notice_hash).not.toBe(before.notice_hash);
  }
  expect((await at(EFFECTIVE)).changed).toEqual({
    policy_version: "2026-12-24",
    effective_at: new Date(EFFECTIVE).toISOString(),
    time_zone: "Asia/Kolkata",
    url: "https://callers360.com/privacy/2025-10-26..2026-12-24",
  });
  // Wording alone moves the version, and nobody is asked because of it.
  const worded = await at(EFFECTIVE + 1000);
  expect([worded.policy_version, worded.notice.revision]).toEqual(["2027-01-24", 2]);
  expect(worded.notice_hash).toBe(many[0]?.notice_hash);
  expect(worded.changed?.policy_version).toBe("2026-12-24");

  // Who answers the notice before is within the week's grace that begins with the instant.
  const [rows] = await own.database.read([
    {
      sql: "SELECT policy_version, published_at, superseded_at FROM notice WHERE site = ?1 ORDER BY policy_version",
      args: [site],
    },
  ]);
  expect(rows?.rows.map((row) => [row.policy_version, row.published_at, row.superseded_at])).toEqual([
    ["2025-10-26", NOW, EFFECTIVE],
    ["2026-12-24", EFFECTIVE, EFFECTIVE + 1000],
    ["2027-01-24", EFFECTIVE + 1000, null],
  ]);
});

test("a version that declares no change asks nobody, and two at once that were jumped over ask once", async () => {
  const { org, site } = await newSite();
  const settings = { operatorOrg: org, publicUrl: "https://callers360.com" };
  const at = async (now: number) => (await readPublished(own.database, settings, site, now)).configuration;
  await publishPolicy(org, "2025-10-26", NOW - 1000, NOW - 1000);
  await publishPolicy(org, "2026-12-24", EFFECTIVE, NOW);
  const quiet = await at(EFFECTIVE + 5);
  expect([quiet.policy_version, quiet.notice.revision, quiet.changed]).toEqual(["2026-12-24", 1, undefined]);
  await publishPolicy(org, "2027-02", EFFECTIVE + 2000, NOW, { purposes: true, recipients: false });
  await publishPolicy(org, "2027-03", EFFECTIVE + 3000, NOW);
  const jumped = await at(EFFECTIVE + 4000);
  expect([jumped.policy_version, jumped.notice.revision]).toEqual(["2027-03", 2]);
});
