import type { Notice } from "../../../consent-banner/configuration.ts";
import type { Database } from "../../../db/client.ts";
import { check } from "../../http/check.ts";
import { invalid } from "../../http/problem.ts";
import { checkDocument } from "../sites/check-document.ts";
import { publishDocument, sameDocument } from "../sites/publish-document.ts";
import { originsOf, readOrigins, readVersion, versionOf } from "../sites/queries.ts";
import { documentOf, SiteDocument } from "../sites/site-document.ts";

/** What a site says to its visitors, and the policy version it stands under. */
export interface Publication {
  readonly org: string;
  readonly site: string;
  readonly notice: Notice;
  /** The last part of the version's permanent URL, as `2025-10-26`. */
  readonly policyVersion: string;
  /** UTC milliseconds. */
  readonly now: number;
}

/** Names the product itself where an audit log asks who published. */
const START = "start";

/**
 * Publishes a notice that comes with the product, under the rules for everybody's and with the origins that
 * the site has; the same publication again changes nothing.
 * @returns notice_hash
 * @throws Problem 422 for a notice that nobody may publish
 */
export async function publishNotice(database: Database, publication: Publication): Promise<string> {
  const { org, site, notice, policyVersion, now } = publication;
  const [origins, newest] = await database.read([originsOf(site), versionOf({ org, site }, null)]);
  const document = check(SiteDocument, {
    origins: readOrigins(origins),
    policy_version: policyVersion,
    notice: documentOf(notice),
  });
  if (!document.ok) throw invalid(document.errors);
  const checked = checkDocument(document.value);
  if (checked.notice === null) {
    throw invalid(checked.findings.map(({ pointer, reason }) => ({ pointer, detail: reason })));
  }
  const before = readVersion(newest);
  if (before !== null && sameDocument(before.document, document.value)) {
    return before.noticeHash;
  }
  const { noticeHash } = await publishDocument(database, {
    org,
    site,
    document: document.value,
    notice: checked.notice,
    policyVersion,
    newest: before?.n ?? 0,
    restores: null,
    warnings: checked.findings.length,
    accepted: null,
    draftEtag: null,
    by: START,
    now,
  });
  return noticeHash;
}

/** The same, unless people have published something of their own by now: a start never undoes that. */
export async function publishDefaultNotice(database: Database, publication: Publication): Promise<void> {
  const [newest] = await database.read([versionOf(publication, null)]);
  const before = readVersion(newest);
  if (before === null || before.publishedBy === START) await publishNotice(database, publication);
}
