import { env, SELF } from "cloudflare:test";
import { expect, test } from "vitest";
import { demoNotice } from "../../../consent-banner/demo-notice.ts";
import { openDatabase } from "../../../db/client.ts";
import { newOrganisation } from "../../../tests/workerd/seed.ts";
import { settingsOf } from "../../env.ts";
import { publishVersion } from "../../policy/publish.ts";
import { appendNoticeLeaves } from "./append-notice-leaves.ts";
import { followPolicies } from "./follow-policy.ts";
import { publishNotice } from "./publish-notice.ts";

const HOST = "http://callers360.localhost";
const DAY = 86_400_000;
const database = openDatabase(settingsOf(env).database);

/** A site whose notice stands under version 1 since ten days ago; version 2 began yesterday. */
async function newSite(changes: { purposes: boolean; recipients: boolean }) {
  const own = await newOrganisation();
  const now = Date.now();
  const policy = (version: string, effectiveAt: number) =>
    publishVersion(database, {
      org: own.org,
      policy: "privacy",
      version,
      markdown: `# Privacy\n\nVersion ${version}.\n`,
      effectiveAt,
      noticedAt: effectiveAt - DAY,
      class: "material",
      reason: version,
      changes,
      now,
    });
  await policy("1", now - 20 * DAY);
  await policy("2", now - DAY);
  const publish = (at: number) =>
    publishNotice(database, { ...own, notice: demoNotice, policyVersion: "1", now: at });
  return { ...own, publish, now };
}

async function noticesOf(site: string) {
  const [rows] = await database.read([
    {
      sql: `SELECT policy_version, published_at, superseded_at IS NULL AS shown, leaf_index IS NOT NULL AS logged
            FROM notice WHERE site = ?1 ORDER BY policy_version`,
      args: [site],
    },
  ]);
  return (rows?.rows ?? []).map((row) => ({ ...row }));
}

test("a site that nobody visits follows with the cron, dated with the instant, and is in the log", async () => {
  const { site, publish, now } = await newSite({ purposes: true, recipients: false });
  await publish(now - 10 * DAY);
  await followPolicies(env);
  await appendNoticeLeaves(env);
  await followPolicies(env);
  expect(await noticesOf(site)).toEqual([
    { policy_version: "1", published_at: now - 10 * DAY, shown: 0, logged: 1 },
    { policy_version: "2", published_at: now - DAY, shown: 1, logged: 1 },
  ]);
  const published: {
    policy_version: string;
    notice: { revision: number };
    changed: { policy_version: string };
  } = await SELF.fetch(`${HOST}/c/${site}.json`).then((r) => r.json());
  expect(published).toMatchObject({
    policy_version: "2",
    notice: { revision: demoNotice.revision + 1 },
    changed: { policy_version: "2" },
  });
});

test("what people published under an older version after the instant stays as they decided", async () => {
  const { site, publish, now } = await newSite({ purposes: true, recipients: true });
  await publish(now);
  await followPolicies(env);
  const published = await SELF.fetch(`${HOST}/c/${site}.json`).then((r) => r.json());
  expect(published).toMatchObject({ policy_version: "1", notice: { revision: demoNotice.revision } });
  expect(await noticesOf(site)).toHaveLength(1);
});
