import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { number, numberOrNull, text } from "../../../db/rows.ts";

/** A notice as it stands published. */
export interface PublishedNotice {
  readonly org: string;
  readonly policyVersion: string;
  readonly noticeHash: string;
  /** RFC 8785 text. */
  readonly document: string;
}

export function noticeInForce(site: string): Statement {
  return {
    sql: `SELECT org, policy_version, notice_hash, document FROM notice
          WHERE site = ?1 AND superseded_at IS NULL`,
    args: [site],
  };
}

export function readNotice(result: ResultSet | undefined): PublishedNotice | null {
  const row = result?.rows[0];
  if (row === undefined) return null;
  return {
    org: text(row, "org"),
    policyVersion: text(row, "policy_version"),
    noticeHash: text(row, "notice_hash"),
    document: text(row, "document"),
  };
}

/** What `publishNotice` writes. */
export interface NoticeRow extends PublishedNotice {
  readonly site: string;
  readonly consentDays: number;
  /** UTC milliseconds. */
  readonly now: number;
}

/** Retires whatever else is in force; run before `insertNotice` in the same batch. */
export function supersedeOtherNotices(notice: NoticeRow): Statement {
  return {
    sql: `UPDATE notice SET superseded_at = ?5 WHERE org = ?1 AND site = ?2 AND superseded_at IS NULL
          AND NOT (notice_hash = ?3 AND policy_version = ?4)`,
    args: [notice.org, notice.site, notice.noticeHash, notice.policyVersion, notice.now],
  };
}

/** A notice that was published before and comes back is in force again, with its first date. */
export function insertNotice(notice: NoticeRow): Statement {
  return {
    sql: `INSERT INTO notice (org, site, notice_hash, policy_version, document, consent_days, published_at)
          VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
          ON CONFLICT (org, site, notice_hash, policy_version) DO UPDATE SET superseded_at = NULL`,
    args: [
      notice.org,
      notice.site,
      notice.noticeHash,
      notice.policyVersion,
      notice.document,
      notice.consentDays,
      notice.now,
    ],
  };
}

/** A published notice that the log does not show yet. */
export interface UnloggedNotice {
  readonly org: string;
  readonly site: string;
  readonly noticeHash: string;
}

export function noticesWithoutLeaf(limit: number): Statement {
  return {
    sql: `SELECT org, site, notice_hash FROM notice WHERE leaf_index IS NULL
          ORDER BY published_at LIMIT ?1`,
    args: [limit],
  };
}

export function readUnloggedNotices(result: ResultSet | undefined): UnloggedNotice[] {
  return (result?.rows ?? []).map((row) => ({
    org: text(row, "org"),
    site: text(row, "site"),
    noticeHash: text(row, "notice_hash"),
  }));
}

export function setNoticeLeaf(notice: UnloggedNotice, index: number): Statement {
  return {
    sql: `UPDATE notice SET leaf_index = ?4 WHERE org = ?1 AND site = ?2 AND notice_hash = ?3
          AND leaf_index IS NULL`,
    args: [notice.org, notice.site, notice.noticeHash, index],
  };
}

/** A notice as visitors saw it, and when; times are UTC milliseconds. */
export interface ShownNotice {
  readonly site: string;
  readonly noticeHash: string;
  readonly policyVersion: string;
  /** RFC 8785 text. */
  readonly document: string;
  readonly publishedAt: number;
  readonly supersededAt: number | null;
  readonly leafIndex: number | null;
}

/** Notices by site, hash and policy version. */
export function shownNotices(
  org: string,
  wanted: readonly { readonly site: string; readonly noticeHash: string; readonly policyVersion: string }[],
): Statement {
  return {
    sql: `SELECT n.site, n.notice_hash, n.policy_version, n.document, n.published_at, n.superseded_at, n.leaf_index
          FROM json_each(?2) w CROSS JOIN notice n ON n.org = ?1 AND n.site = w.value->>0
            AND n.notice_hash = w.value->>1 AND n.policy_version = w.value->>2`,
    args: [
      org,
      JSON.stringify(wanted.map(({ site, noticeHash, policyVersion }) => [site, noticeHash, policyVersion])),
    ],
  };
}

export function readShownNotices(result: ResultSet | undefined): ShownNotice[] {
  return (result?.rows ?? []).map((row) => ({
    site: text(row, "site"),
    noticeHash: text(row, "notice_hash"),
    policyVersion: text(row, "policy_version"),
    document: text(row, "document"),
    publishedAt: number(row, "published_at"),
    supersededAt: numberOrNull(row, "superseded_at"),
    leafIndex: numberOrNull(row, "leaf_index"),
  }));
}
