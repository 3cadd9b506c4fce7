import type { ResultSet, Row } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { bytes, number, numberOrNull, text, textOrNull } from "../../../db/rows.ts";
import type { SiteDocument } from "./site-document.ts";

/** The SQL of a site's configuration. Everything is bound to the organisation. Times are UTC milliseconds. */

export interface SiteKey {
  readonly org: string;
  readonly site: string;
}

/** For the audit log. */
export interface Deed {
  readonly actor: string;
  readonly now: number;
}

export interface Draft {
  readonly document: SiteDocument;
  /** A strong entity tag, with its quotes. */
  readonly etag: string;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

/** A published configuration, without its document. */
export interface Version {
  readonly n: number;
  readonly noticeHash: string;
  readonly policyVersion: string;
  readonly publishedAt: number;
  readonly publishedBy: string;
  /** The version that was published anew, where this is a roll-back. */
  readonly restores: number | null;
  /** How many warnings were known. */
  readonly warnings: number;
  readonly accepted: Acceptance | null;
  /** Place of the notice in the log, once it is there. */
  readonly leafIndex: number | null;
}

/** Who takes it on themselves that these languages were read by nobody who speaks them. */
export interface Acceptance {
  readonly languages: readonly string[];
  readonly name: string;
}

const VERSION = `v.n, v.notice_hash, v.policy_version, v.published_at, v.published_by, v.restores, v.warnings,
  v.accepted, (SELECT leaf_index FROM notice w WHERE w.org = v.org AND w.site = v.site
    AND w.notice_hash = v.notice_hash AND w.policy_version = v.policy_version) AS leaf_index`;

export function draftOf({ org, site }: SiteKey): Statement {
  return {
    sql: "SELECT etag, updated_at, updated_by, document FROM site_draft WHERE org = ?1 AND site = ?2",
    args: [org, site],
  };
}

export function readDraft(result: ResultSet | undefined): Draft | null {
  const row = result?.rows[0];
  if (row === undefined) return null;
  return {
    document: documentIn(row),
    etag: text(row, "etag"),
    updatedAt: number(row, "updated_at"),
    updatedBy: text(row, "updated_by"),
  };
}

/** Saves the first draft; nothing where there is one. */
export function insertDraft(key: SiteKey, draft: Draft): [Statement, Statement] {
  const { etag, updatedAt, updatedBy, document } = draft;
  return [
    auditIf(key, { actor: updatedBy, now: updatedAt }, "site.draft", `NOT EXISTS (${ANY_DRAFT})`),
    {
      sql: `INSERT INTO site_draft (org, site, etag, updated_at, updated_by, document)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING`,
      args: [key.org, key.site, etag, updatedAt, updatedBy, JSON.stringify(document)],
    },
  ];
}

/** Replaces the draft that still has the entity tag `expected`. */
export function replaceDraft(key: SiteKey, draft: Draft, expected: string): [Statement, Statement] {
  const { etag, updatedAt, updatedBy, document } = draft;
  return [
    auditIf(key, { actor: updatedBy, now: updatedAt }, "site.draft", `EXISTS (${ANY_DRAFT} AND etag = ?3)`, [
      expected,
    ]),
    {
      sql: `UPDATE site_draft SET etag = ?3, updated_at = ?4, updated_by = ?5, document = ?6
            WHERE org = ?1 AND site = ?2 AND etag = ?7`,
      args: [key.org, key.site, etag, updatedAt, updatedBy, JSON.stringify(document), expected],
    },
  ];
}

const ANY_DRAFT = "SELECT 1 FROM site_draft WHERE org = ?1 AND site = ?2";

/** What was published is no draft any more; a later one stays. */
export function dropDraft({ org, site }: SiteKey, etag: string): Statement {
  return {
    sql: "DELETE FROM site_draft WHERE org = ?1 AND site = ?2 AND etag = ?3",
    args: [org, site, etag],
  };
}

/** Versions, newest first. */
export function versionsOf({ org, site }: SiteKey, limit: number): Statement {
  return {
    sql: `SELECT ${VERSION} FROM site_version v WHERE v.org = ?1 AND v.site = ?2 ORDER BY v.n DESC LIMIT ?3`,
    args: [org, site, limit],
  };
}

export function readVersions(result: ResultSet | undefined): Version[] {
  return (result?.rows ?? []).map(versionIn);
}

/** One version with its document; the newest without `n`. */
export function versionOf({ org, site }: SiteKey, n: number | null): Statement {
  return {
    sql: `SELECT ${VERSION}, v.document FROM site_version v
          WHERE v.org = ?1 AND v.site = ?2 AND (?3 IS NULL OR v.n = ?3) ORDER BY v.n DESC LIMIT 1`,
    args: [org, site, n],
  };
}

export function readVersion(result: ResultSet | undefined): (Version & { document: SiteDocument }) | null {
  const row = result?.rows[0];
  return row === undefined ? null : { ...versionIn(row), document: documentIn(row) };
}

/** What a publication writes beside the notice itself. */
export interface VersionRow extends SiteKey, Omit<Version, "leafIndex"> {
  readonly document: SiteDocument;
}

/** Fails on its primary key where another was published at the same moment: first in its batch. */
export function insertVersion(row: VersionRow): Statement {
  return {
    sql: `INSERT INTO site_version (org, site, n, notice_hash, policy_version, published_at, published_by, restores,
            warnings, accepted, document) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)`,
    args: [
      row.org,
      row.site,
      row.n,
      row.noticeHash,
      row.policyVersion,
      row.publishedAt,
      row.publishedBy,
      row.restores,
      row.warnings,
      row.accepted === null ? null : JSON.stringify(row.accepted),
      JSON.stringify(row.document),
    ],
  };
}

/** The origins that people registered become these; those of a local start stay. */
export function replaceOrigins(site: string, origins: readonly string[]): Statement[] {
  const json = JSON.stringify(origins);
  return [
    {
      sql: `DELETE FROM site_origin WHERE site = ?1 AND source = 'registered'
            AND origin NOT IN (SELECT value FROM json_each(?2))`,
      args: [site, json],
    },
    {
      sql: `INSERT INTO site_origin (site, origin, source) SELECT ?1, value, 'registered' FROM json_each(?2) WHERE true
            ON CONFLICT DO NOTHING`,
      args: [site, json],
    },
  ];
}

/** Origins that people registered. */
export function originsOf(site: string): Statement {
  return {
    sql: "SELECT origin FROM site_origin WHERE site = ?1 AND source = 'registered' ORDER BY origin",
    args: [site],
  };
}

export function readOrigins(result: ResultSet | undefined): string[] {
  return (result?.rows ?? []).map((row) => text(row, "origin"));
}

/** A line for the audit log where `condition` holds, in which ?1 and ?2 are organisation and site, and ?3 on `args`. */
export function auditIf(
  { org, site }: SiteKey,
  { actor, now }: Deed,
  action: string,
  condition = "true",
  args: readonly (string | number)[] = [],
): Statement {
  const n = 2 + args.length;
  return {
    sql: `INSERT INTO audit_log (id, org, at, actor, action, target)
          SELECT ?${n + 1}, ?1, ?${n + 2}, ?${n + 3}, ?${n + 4}, ?2 WHERE ${condition}`,
    args: [org, site, ...args, `aud_${crypto.randomUUID()}`, now, actor, action],
  };
}

function versionIn(row: Row): Version {
  const accepted = textOrNull(row, "accepted");
  return {
    n: number(row, "n"),
    noticeHash: text(row, "notice_hash"),
    policyVersion: text(row, "policy_version"),
    publishedAt: number(row, "published_at"),
    publishedBy: text(row, "published_by"),
    restores: numberOrNull(row, "restores"),
    warnings: number(row, "warnings"),
    accepted: accepted === null ? null : acceptanceIn(accepted),
    leafIndex: numberOrNull(row, "leaf_index"),
  };
}

/** The named boundary: drafts and versions are written from a `SiteDocument` alone. */
function documentIn(row: Row): SiteDocument {
  return JSON.parse(text(row, "document")) as SiteDocument;
}

/** The named boundary: `insertVersion` alone writes this column. */
function acceptanceIn(json: string): Acceptance {
  return JSON.parse(json) as Acceptance;
}

/** Which of these are registered, https first: for this site, or for any. */
export function originsAmong(origins: readonly string[], site: string | null): Statement {
  return {
    sql: `SELECT origin FROM site_origin WHERE origin IN (SELECT value FROM json_each(?1))
          AND (?2 IS NULL OR site = ?2) ORDER BY origin DESC LIMIT 1`,
    args: [JSON.stringify(origins), site],
  };
}

/** An origin of the site, and whose it is: for the form, which stands in for a page of the site. */
export function siteWithOrigin(site: string): Statement {
  return {
    sql: `SELECT s.id, s.org, s.log, o.origin FROM site s JOIN site_origin o ON o.site = s.id
          WHERE s.id = ?1 ORDER BY o.source, o.origin LIMIT 1`,
    args: [site],
  };
}

/** The compressed bytes of one form of a site, if they are those of this content. */
export function compressedForm(site: string, form: string, sha256: string): Statement {
  return {
    sql: "SELECT brotli FROM compressed WHERE site = ?1 AND form = ?2 AND sha256 = ?3",
    args: [site, form, sha256],
  };
}

export function readCompressed(result: ResultSet | undefined): Uint8Array | null {
  const row = result?.rows[0];
  return row === undefined ? null : bytes(row, "brotli");
}

export function storeCompressed(site: string, form: string, sha256: string, brotli: Uint8Array): Statement {
  return {
    sql: `INSERT INTO compressed (site, form, sha256, brotli) VALUES (?1, ?2, ?3, ?4)
          ON CONFLICT (site, form) DO UPDATE SET sha256 = excluded.sha256, brotli = excluded.brotli`,
    args: [site, form, sha256, brotli],
  };
}
