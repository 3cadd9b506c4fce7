import { sha256 } from "@noble/hashes/sha2.js";
import type { Notice } from "../../../consent-banner/configuration.ts";
import { type Database, isLostFence } from "../../../db/client.ts";
import { Problem } from "../../http/problem.ts";
import { encodeHex, sameBytes } from "../../ledger/bytes.ts";
import { canonicalJson } from "../../ledger/leaf.ts";
import { insertNotice, supersedeOtherNotices } from "../notices/queries.ts";
import {
  type Acceptance,
  auditIf,
  dropDraft,
  insertVersion,
  replaceOrigins,
  type SiteKey,
  type VersionRow,
} from "./queries.ts";
import type { SiteDocument } from "./site-document.ts";

/** A checked document on its way to visitors. */
export interface Publishing extends SiteKey {
  readonly document: SiteDocument;
  /** What the checks made of the document's notice. */
  readonly notice: Notice;
  readonly policyVersion: string;
  /** Number of the newest version until now; 0 before the first. */
  readonly newest: number;
  readonly restores: number | null;
  readonly warnings: number;
  readonly accepted: Acceptance | null;
  /** Of the draft that this is, if it is one. */
  readonly draftEtag: string | null;
  readonly by: string;
  /** UTC milliseconds. */
  readonly now: number;
}

/**
 * Puts a notice in force for its site, retires the one before and keeps the document as a version: the one
 * way in which anything is published. Its leaf follows with `appendNoticeLeaves`.
 * @returns the version's number, and notice_hash: lower-case hex SHA-256 of the notice's RFC 8785 form
 * @throws Problem 409 when another was published at the same moment
 */
export async function publishDocument(
  database: Database,
  publishing: Publishing,
): Promise<{ n: number; noticeHash: string }> {
  const { org, site, document, notice, policyVersion, now, by } = publishing;
  const canonical = canonicalJson(notice);
  const noticeHash = encodeHex(sha256(canonical));
  const n = publishing.newest + 1;
  const row = {
    org,
    site,
    policyVersion,
    noticeHash,
    document: new TextDecoder().decode(canonical),
    consentDays: notice.consent_days,
    now,
  };
  const version: VersionRow = {
    org,
    site,
    n,
    noticeHash,
    policyVersion,
    publishedAt: now,
    publishedBy: by,
    restores: publishing.restores,
    warnings: publishing.warnings,
    accepted: publishing.accepted,
    document: { ...document, policy_version: policyVersion },
  };
  try {
    await database.write([
      insertVersion(version),
      supersedeOtherNotices(row),
      insertNotice(row),
      ...replaceOrigins(site, document.origins),
      ...(publishing.draftEtag === null ? [] : [dropDraft(publishing, publishing.draftEtag)]),
      auditIf(publishing, { actor: by, now }, "site.publish"),
    ]);
  } catch (error) {
    if (!isLostFence(error)) throw error;
    throw new Problem(
      409,
      "published-meanwhile",
      "Published meanwhile",
      "Somebody else published this site at the same moment: look at what is there now, then publish again.",
    );
  }
  return { n, noticeHash };
}

/** Whatever the order of their members. */
export function sameDocument(a: SiteDocument, b: SiteDocument): boolean {
  return sameBytes(canonicalJson(a), canonicalJson(b));
}
