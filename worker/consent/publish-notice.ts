import { sha256 } from "@noble/hashes/sha2.js";
import type { Notice } from "../../consent-banner/configuration.ts";
import type { Database } from "../../db/client.ts";
import { encodeHex } from "../ledger/bytes.ts";
import { canonicalJson } from "../ledger/leaf.ts";
import { insertNotice, supersedeOtherNotices } from "./queries.ts";

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

/**
 * Puts a notice in force for its site and retires the one before; the same publication again changes
 * nothing. Its leaf follows with the next `appendNoticeLeaves`.
 * @returns notice_hash: lower-case hex SHA-256 of the notice's RFC 8785 form
 * @throws RangeError when a grant under it would live less than 1 or more than 395 days
 */
export async function publishNotice(database: Database, publication: Publication): Promise<string> {
  const { org, site, notice, policyVersion, now } = publication;
  const consentDays = notice.consent_days;
  if (!Number.isInteger(consentDays) || consentDays < 1 || consentDays > 395) {
    throw new RangeError(`consent_days is ${consentDays}: it must be a whole number from 1 to 395`);
  }
  const document = canonicalJson(notice);
  const noticeHash = encodeHex(sha256(document));
  const row = {
    org,
    site,
    policyVersion,
    noticeHash,
    document: new TextDecoder().decode(document),
    consentDays,
    now,
  };
  await database.write([supersedeOtherNotices(row), insertNotice(row)]);
  return noticeHash;
}
