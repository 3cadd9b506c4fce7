import type { ResultSet } from "@libsql/client/web";
import { type Database, openDatabase, type Statement } from "../../../db/client.ts";
import { text } from "../../../db/rows.ts";
import { type Env, settingsOf } from "../../env.ts";
import { Problem } from "../../http/problem.ts";
import { standingAt } from "../../policy/in-force.ts";
import { allVersions, readVersions } from "../../policy/queries.ts";
import type { PolicyVersion } from "../../policy/version.ts";
import { publishDocument } from "../sites/publish-document.ts";
import { readVersion, type SiteKey, versionOf } from "../sites/queries.ts";
import { noticeOf } from "./notices-of-org.ts";
import { noticeInForce, readNotice } from "./queries.ts";

/** Names the policy where an audit log asks who published. */
const POLICY = "policy";
const AT_ONCE = 100;

/**
 * Publishes a site's notice anew under the privacy policy that is in force at `now`, dated with the instant
 * at which that took effect. The first visitor after the instant brings it about, or the cron. Its revision
 * goes up, so that everybody is asked again, only where purposes or recipients changed on the way.
 * A notice that people published under an older version since then is their decision, and stays.
 */
export async function followPolicy(database: Database, key: SiteKey, now: number): Promise<void> {
  const results = await database.read([
    noticeInForce(key.site),
    versionOf(key, null),
    allVersions(key.org, "privacy"),
  ]);
  const notice = readNotice(results[0]);
  const newest = readVersion(results[1]);
  const versions = readVersions(results[2]);
  const { inForce } = standingAt(versions, now);
  const shown = versions.find(({ version }) => version === notice?.policyVersion);
  if (notice === null || newest === null || inForce === null || shown === undefined) return;
  if (shown.effectiveAt >= inForce.effectiveAt || newest.publishedAt >= inForce.effectiveAt) return;
  const before = noticeOf(notice.document);
  const asksAgain = changesSince(shown, inForce, versions);
  const after = asksAgain ? { ...before, revision: before.revision + 1 } : before;
  // Before the notice itself, which is never seen without its reason; without it the reason says nothing.
  if (asksAgain) await database.write([insertReason(key, after.revision, inForce.version)]);
  try {
    await publishDocument(database, {
      ...key,
      document: { ...newest.document, notice: { ...newest.document.notice, revision: after.revision } },
      notice: after,
      policyVersion: inForce.version,
      newest: newest.n,
      restores: null,
      warnings: newest.warnings,
      accepted: newest.accepted,
      draftEtag: null,
      by: POLICY,
      now: inForce.effectiveAt,
    });
  } catch (error) {
    // Another visitor was faster, with the same.
    if (!(error instanceof Problem) || error.details.status !== 409) throw error;
  }
}

/** Whether any version that took effect after `shown`, up to `inForce`, declares new purposes or recipients. */
function changesSince(
  shown: PolicyVersion,
  inForce: PolicyVersion,
  versions: readonly PolicyVersion[],
): boolean {
  return versions.some(
    ({ effectiveAt, cancelledAt, changes }) =>
      cancelledAt === null &&
      effectiveAt > shown.effectiveAt &&
      effectiveAt <= inForce.effectiveAt &&
      (changes.purposes || changes.recipients),
  );
}

/** The cron's part: sites that nobody has visited since. */
export async function followPolicies(env: Env): Promise<void> {
  const database = openDatabase(settingsOf(env).database);
  const now = Date.now();
  const [rows] = await database.read([sitesBehind(now, AT_ONCE)]);
  for (const key of readSiteKeys(rows)) await followPolicy(database, key, now);
}

function sitesBehind(now: number, limit: number): Statement {
  return {
    sql: `SELECT n.org, n.site FROM notice n WHERE n.superseded_at IS NULL AND EXISTS (
            SELECT 1 FROM policy_version v WHERE v.org = n.org AND v.policy = 'privacy' AND v.cancelled_at IS NULL
              AND v.noticed_at <= ?1 AND v.effective_at <= ?1 AND v.effective_at > n.published_at
              AND v.version <> n.policy_version) LIMIT ?2`,
    args: [now, limit],
  };
}

function readSiteKeys(result: ResultSet | undefined): SiteKey[] {
  return (result?.rows ?? []).map((row) => ({ org: text(row, "org"), site: text(row, "site") }));
}

function insertReason({ org, site }: SiteKey, revision: number, policyVersion: string): Statement {
  return {
    sql: `INSERT INTO site_reconsent (org, site, revision, policy_version) VALUES (?1, ?2, ?3, ?4)
          ON CONFLICT DO NOTHING`,
    args: [org, site, revision, policyVersion],
  };
}
