import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { bytes, number, text } from "../../../db/rows.ts";
import type { VisitorState } from "../judge-choice.ts";
import { readState, type Site } from "../queries.ts";

/** The visitor's state; the secret is part of the question, so that an unknown id and a wrong secret look alike. */
export function stateBySecret(site: Site, consentId: string, secretSha256: Uint8Array): Statement {
  return {
    sql: `SELECT * FROM consent_state
          WHERE org = ?1 AND site = ?2 AND consent_id = ?3 AND secret_sha256 = ?4`,
    args: [site.org, site.site, consentId, secretSha256],
  };
}

export function readStateBySecret(result: ResultSet | undefined): VisitorState | null {
  const row = result?.rows[0];
  return row === undefined ? null : readState(row);
}

/** A record as it is shown to its visitor and to the organisation. */
export interface StoredRecord {
  readonly index: number;
  readonly log: string;
  /** RFC 8785 text. */
  readonly record: string;
  readonly salt: Uint8Array;
  /** UTC milliseconds. */
  readonly at: number;
}

/** The newest records of one visitor, newest first. */
export function recordsOfVisitor(site: Site, consentId: string, limit: number): Statement {
  return {
    sql: `SELECT idx, log, record, salt, at FROM consent_record
          WHERE org = ?1 AND site = ?2 AND consent_id = ?3
          ORDER BY idx DESC LIMIT ?4`,
    args: [site.org, site.site, consentId, limit],
  };
}

/** The record that moved the visitor's state to what it is. */
export function recordThatHolds(site: Site, consentId: string): Statement {
  return {
    sql: `SELECT c.idx, c.log, c.record, c.salt, c.at FROM consent_state s JOIN consent_record c
            ON c.org = s.org AND c.site = s.site AND c.consent_id = s.consent_id AND c.idx = s.state_idx
          WHERE s.org = ?1 AND s.site = ?2 AND s.consent_id = ?3`,
    args: [site.org, site.site, consentId],
  };
}

/** Where a reading of the consent log stands: after this record. */
export interface LogPlace {
  /** UTC milliseconds. */
  readonly at: number;
  readonly log: string;
  readonly index: number;
}

/** Which part of one log's consent records is asked for. Times are UTC milliseconds. */
export interface LogQuestion {
  readonly org: string;
  readonly log: string;
  /** Only entries below this index: those that a checkpoint covers. */
  readonly size: number;
  readonly site: string | null;
  readonly consentId: string | null;
  readonly action: string | null;
  readonly policyVersion: string | null;
  /** Inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** Rows looked at in one statement, whether they are asked for or not. */
const LOG_WINDOW = 5000;

/**
 * The organisation's records in the order in which they were made, as far as one window of rows goes;
 * erased ones are not among them. The second result is where the window ended, if there may be more.
 */
export function recordsOfOrg(question: LogQuestion, after: LogPlace | null, limit: number): Statement[] {
  const { org, log, size, site, consentId, action, policyVersion, from, to } = question;
  const visitor = "AND consent_id = ?7 AND site IN (SELECT id FROM site WHERE org = ?1)";
  const window = `FROM consent_record WHERE org = ?1 AND at >= ?2 AND at < ?3 AND (at, log, idx) > (?4, ?5, ?6)
            ${consentId === null ? "AND ?7 IS NULL" : visitor} ORDER BY at, log, idx`;
  const place = [
    org,
    Math.max(from, after?.at ?? from),
    to,
    after?.at ?? -1,
    after?.log ?? "",
    after?.index ?? -1,
    consentId,
  ];
  return [
    {
      // CASE keeps the functions from what erasure left in the place of a record.
      sql: `SELECT idx, log, record, salt, at FROM (SELECT * ${window} LIMIT ${LOG_WINDOW})
            WHERE log = ?8 AND idx < ?9 AND (?10 IS NULL OR site = ?10)
              AND CASE WHEN record GLOB '{*' THEN (?11 IS NULL OR record->>'action' = ?11)
                AND (?12 IS NULL OR record->>'policy_version' = ?12) ELSE 0 END
            ORDER BY at, log, idx LIMIT ?13`,
      args: [...place, log, size, site, action, policyVersion, limit],
    },
    { sql: `SELECT at, log, idx ${window} LIMIT 1 OFFSET ${LOG_WINDOW - 1}`, args: place },
  ];
}

export function readPlace(result: ResultSet | undefined): LogPlace | null {
  const row = result?.rows[0];
  return row === undefined
    ? null
    : { at: number(row, "at"), log: text(row, "log"), index: number(row, "idx") };
}

/** The organisation's logs, or the one of its site; two at most, since one is wanted. */
export function logsOfOrg(org: string, site: string | null): Statement {
  return site === null
    ? { sql: "SELECT log FROM log WHERE org = ?1 LIMIT 2", args: [org] }
    : { sql: "SELECT log FROM site WHERE org = ?1 AND id = ?2", args: [org, site] };
}

export function readLogs(result: ResultSet | undefined): string[] {
  return (result?.rows ?? []).map((row) => text(row, "log"));
}

/** A record by its place in the log. */
export function recordByIndex(org: string, log: string, index: number): Statement {
  return {
    sql: "SELECT idx, log, record, salt, at FROM consent_record WHERE log = ?2 AND idx = ?3 AND org = ?1",
    args: [org, log, index],
  };
}

export function readRecords(result: ResultSet | undefined): StoredRecord[] {
  return (result?.rows ?? []).map((row) => ({
    index: number(row, "idx"),
    log: text(row, "log"),
    record: text(row, "record"),
    salt: bytes(row, "salt"),
    at: number(row, "at"),
  }));
}
