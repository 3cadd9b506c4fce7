import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { bytes, number, text } from "../../../db/rows.ts";
import { encodeHex } from "../../ledger/bytes.ts";

/** The SQL of erasure: a visitor is closed first, deleted in pieces after. */

/** One visitor of one site. */
export interface VisitorId {
  readonly org: string;
  readonly site: string;
  readonly consentId: string;
}

/** A visitor to close, as long as nothing was recorded since it was read. */
export interface Closing extends VisitorId {
  readonly consentSha256: Uint8Array;
  /** Index of the newest record. */
  readonly newestIndex: number;
}

/** What is known of a visitor before anything is erased. */
export function openVisitor({ org, site, consentId }: VisitorId): Statement {
  return {
    sql: `SELECT secret_sha256, newest_idx FROM consent_state
          WHERE org = ?1 AND site = ?2 AND consent_id = ?3 AND erased_at IS NULL`,
    args: [org, site, consentId],
  };
}

export function readOpenVisitor(
  result: ResultSet | undefined,
): { secretSha256: Uint8Array; newestIndex: number } | null {
  const row = result?.rows[0];
  if (row === undefined) return null;
  return { secretSha256: bytes(row, "secret_sha256"), newestIndex: number(row, "newest_idx") };
}

/** The secret's hash of a visitor who was erased, by the hash of the id. */
export function erasureOf(org: string, site: string, consentSha256: Uint8Array): Statement {
  return {
    sql: "SELECT secret_sha256 FROM consent_erasure WHERE org = ?1 AND site = ?2 AND consent_sha256 = ?3",
    args: [org, site, consentSha256],
  };
}

export function readErasure(result: ResultSet | undefined): Uint8Array | null {
  const row = result?.rows[0];
  return row === undefined ? null : bytes(row, "secret_sha256");
}

/** Which visitors of an organisation, and where the reading goes on. Times are UTC milliseconds. */
export interface OldVisitors {
  readonly org: string;
  /** Null: all of them. */
  readonly site: string | null;
  /** Their newest record is older than this. */
  readonly before: number;
  readonly after: { readonly at: number; readonly log: string; readonly index: number } | null;
  readonly limit: number;
}

export interface OldVisitor {
  readonly site: string;
  readonly consentId: string;
  readonly at: number;
  readonly log: string;
  readonly index: number;
}

export function oldVisitors({ org, site, before, after, limit }: OldVisitors): Statement {
  return {
    sql: `SELECT c.site, c.consent_id, c.at, c.log, c.idx FROM consent_record c CROSS JOIN consent_state s
            ON s.org = c.org AND s.site = c.site AND s.consent_id = c.consent_id AND s.newest_idx = c.idx
          WHERE c.org = ?1 AND c.at >= ?2 AND c.at < ?3 AND (c.at, c.log, c.idx) > (?4, ?5, ?6)
            AND s.erased_at IS NULL AND (?7 IS NULL OR c.site = ?7)
          ORDER BY c.at, c.log, c.idx LIMIT ?8`,
    args: [org, after?.at ?? 0, before, after?.at ?? -1, after?.log ?? "", after?.index ?? -1, site, limit],
  };
}

export function readOldVisitors(result: ResultSet | undefined): OldVisitor[] {
  return (result?.rows ?? []).map((row) => ({
    site: text(row, "site"),
    consentId: text(row, "consent_id"),
    at: number(row, "at"),
    log: text(row, "log"),
    index: number(row, "idx"),
  }));
}

/**
 * Closes visitors whose newest record is still the one that was read: the gate refuses them from here
 * on, their keys end, and what will be left of them is written. The last statement's `rowsAffected` is
 * how many.
 */
export function closeVisitors(visitors: readonly Closing[], now: number): Statement[] {
  const list = JSON.stringify(
    visitors.map(({ org, site, consentId, newestIndex, consentSha256 }) => [
      org,
      site,
      consentId,
      newestIndex,
      encodeHex(consentSha256),
    ]),
  );
  const stillOpen = `FROM json_each(?1) v CROSS JOIN consent_state s
    ON s.org = v.value->>0 AND s.site = v.value->>1 AND s.consent_id = v.value->>2
    AND s.newest_idx = v.value->>3 AND s.erased_at IS NULL`;
  return [
    {
      sql: `INSERT INTO consent_erasure (org, site, consent_sha256, secret_sha256, erased_at)
            SELECT s.org, s.site, unhex(v.value->>4), s.secret_sha256, ?2 ${stillOpen}`,
      args: [list, now],
    },
    {
      sql: `UPDATE analytics_grant SET ends_at = ?2 FROM (SELECT s.org, s.site, s.consent_id ${stillOpen}) o
            WHERE analytics_grant.org = o.org AND analytics_grant.site = o.site
              AND analytics_grant.consent_id = o.consent_id AND ends_at > ?2`,
      args: [list, now],
    },
    {
      sql: `UPDATE consent_state SET erased_at = ?2, granted_until = NULL, visitor_key = NULL
            FROM json_each(?1) v
            WHERE org = v.value->>0 AND site = v.value->>1 AND consent_id = v.value->>2
              AND newest_idx = v.value->>3 AND erased_at IS NULL`,
      args: [list, now],
    },
  ];
}

/** All closed visitors, or the one named. */
function closed(visitor: VisitorId | null): { where: string; args: string[] } {
  if (visitor === null) return { where: "s.erased_at IS NOT NULL", args: [] };
  const { org, site, consentId } = visitor;
  return {
    where: "s.org = ?2 AND s.site = ?3 AND s.consent_id = ?4 AND s.erased_at IS NOT NULL",
    args: [org, site, consentId],
  };
}

/**
 * Erases up to `limit` records of closed visitors, and up to as many of their analytics events, then
 * forgets the visitors of whom nothing is left. Run until all four change nothing.
 *
 * A record is written over in place with as many bytes: its row is only ever appended and never moved,
 * so there is one copy of it, while SQLite leaves stale copies of rows that it moves between pages when
 * others around them are deleted.
 */
export function deleteClosed(visitor: VisitorId | null, limit: number): Statement[] {
  const { where, args } = closed(visitor);
  return [
    {
      sql: `UPDATE consent_record SET
              consent_id = substr('${ERASED}', 1, length(consent_id)),
              idempotency_key = printf('%0*d', length(idempotency_key), idx),
              body_sha256 = zeroblob(length(body_sha256)),
              record = substr(hex(zeroblob(length(record))), 1, length(record)),
              salt = zeroblob(length(salt))
            WHERE rowid IN (SELECT c.rowid FROM consent_state s CROSS JOIN consent_record c
              ON c.org = s.org AND c.site = s.site AND c.consent_id = s.consent_id WHERE ${where} LIMIT ?1)`,
      args: [limit, ...args],
    },
    {
      sql: `DELETE FROM analytics_event WHERE rowid IN (
              SELECT e.rowid FROM consent_state s CROSS JOIN analytics_grant g
                ON g.org = s.org AND g.site = s.site AND g.consent_id = s.consent_id
              CROSS JOIN analytics_event e
                ON e.org = g.org AND e.site = g.site AND e.visitor_key = g.visitor_key
              WHERE ${where} LIMIT ?1)`,
      args: [limit, ...args],
    },
    {
      sql: `DELETE FROM analytics_grant WHERE (org, site, consent_id, visitor_key) IN (
              SELECT g.org, g.site, g.consent_id, g.visitor_key FROM consent_state s
              CROSS JOIN analytics_grant g
                ON g.org = s.org AND g.site = s.site AND g.consent_id = s.consent_id
              WHERE ${where} AND NOT EXISTS (SELECT 1 FROM analytics_event e
                WHERE e.org = g.org AND e.site = g.site AND e.visitor_key = g.visitor_key)
              LIMIT ?1)`,
      args: [limit, ...args],
    },
    {
      sql: `DELETE FROM consent_state WHERE (org, site, consent_id) IN (
              SELECT s.org, s.site, s.consent_id FROM consent_state s
              WHERE ${where}
                AND NOT EXISTS (SELECT 1 FROM consent_record c
                  WHERE c.org = s.org AND c.site = s.site AND c.consent_id = s.consent_id)
                AND NOT EXISTS (SELECT 1 FROM analytics_grant g
                  WHERE g.org = s.org AND g.site = s.site AND g.consent_id = s.consent_id)
              LIMIT ?1)`,
      args: [limit, ...args],
    },
  ];
}

/** In the place of a consent id; no id has dots. */
const ERASED = ".".repeat(26);
