import type { ResultSet, Row } from "@libsql/client/web";
import type { Statement } from "../../db/client.ts";
import { number, numberOrNull, text, textOrNull } from "../../db/rows.ts";
import { type PolicyVersion, parseVersionName, VERSION_CLASSES, type VersionName } from "./version.ts";

const COLUMNS = "version, title, language, sha256, effective_at, noticed_at, class, reason, leaf_index";

interface NewRow extends Omit<PolicyVersion, "leafIndex"> {
  readonly org: string;
  readonly policy: string;
  readonly markdown: string;
  readonly createdAt: number;
}

/** Adds a version; where its number is there already, nothing. */
export function insertVersion(row: NewRow): Statement {
  return {
    sql: `INSERT INTO policy_version
            (org, policy, version, title, language, sha256, effective_at, noticed_at, class, reason, created_at, markdown)
          SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12
          WHERE NOT EXISTS (SELECT 1 FROM policy_version WHERE org = ?1 AND policy = ?2 AND version = ?3)`,
    args: [
      row.org,
      row.policy,
      row.version,
      row.title,
      row.language,
      row.sha256,
      row.effectiveAt,
      row.noticedAt,
      row.class,
      row.reason,
      row.createdAt,
      row.markdown,
    ],
  };
}

export function storedVersion(org: string, policy: string, version: VersionName): Statement {
  return {
    sql: `SELECT ${COLUMNS} FROM policy_version
          WHERE org = ?1 AND policy = ?2 AND version = ?3 AND noticed_at IS NOT NULL`,
    args: [org, policy, version],
  };
}

/** Every version that was or will be noticed, without its text. */
export function allVersions(org: string, policy: string): Statement {
  return {
    sql: `SELECT ${COLUMNS} FROM policy_version WHERE org = ?1 AND policy = ?2 AND noticed_at IS NOT NULL`,
    args: [org, policy],
  };
}

export function readVersions(result: ResultSet | undefined): PolicyVersion[] {
  return (result?.rows ?? []).map(readVersion);
}

/** The text of the version that began last; of several with one instant all, for `standingAt` to choose. */
export function textsBegunLast(org: string, policy: string, now: number): Statement {
  return {
    sql: `SELECT version, markdown FROM policy_version
          WHERE org = ?1 AND policy = ?2 AND noticed_at <= ?3 AND effective_at = (
            SELECT max(effective_at) FROM policy_version
            WHERE org = ?1 AND policy = ?2 AND noticed_at <= ?3 AND effective_at <= ?3)`,
    args: [org, policy, now],
  };
}

/** The texts of these versions, as far as they are public at `now`. */
export function textsOf(
  org: string,
  policy: string,
  versions: readonly VersionName[],
  now: number,
): Statement {
  return {
    sql: `SELECT version, markdown FROM policy_version
          WHERE org = ?1 AND policy = ?2 AND noticed_at <= ?3 AND version IN (SELECT value FROM json_each(?4))`,
    args: [org, policy, now, JSON.stringify(versions)],
  };
}

/** The texts of the `limit` versions that take effect last. */
export function newestTexts(org: string, policy: string, limit: number, now: number): Statement {
  return {
    sql: `SELECT version, markdown FROM policy_version WHERE org = ?1 AND policy = ?2 AND noticed_at <= ?3
          ORDER BY effective_at DESC, noticed_at DESC, version DESC LIMIT ?4`,
    args: [org, policy, now, limit],
  };
}

export function readTexts(result: ResultSet | undefined): Map<string, string> {
  return new Map((result?.rows ?? []).map((row) => [text(row, "version"), text(row, "markdown")]));
}

/** The organisation whose policy it is: the zone of its dates, and the log that holds its leaves. */
export interface Publisher {
  readonly timeZone: string;
  readonly log: string | null;
}

export function publisherOf(org: string): Statement {
  return {
    sql: `SELECT time_zone, (SELECT log FROM log WHERE log.org = organization.id ORDER BY created_at, log LIMIT 1) AS log
          FROM organization WHERE id = ?1`,
    args: [org],
  };
}

export function readPublisher(result: ResultSet | undefined): Publisher | null {
  const row = result?.rows[0];
  return row === undefined ? null : { timeZone: text(row, "time_zone"), log: textOrNull(row, "log") };
}

/** A noticed version that its organisation's log does not hold yet. */
export interface MissingLeaf {
  readonly org: string;
  readonly policy: string;
  readonly version: string;
  readonly sha256: string;
  readonly log: string;
}

/** Oldest first, over all organisations: this is the cron's question, not a visitor's. */
export function missingLeaves(now: number, limit: number): Statement {
  return {
    sql: `SELECT org, policy, version, sha256, log FROM (
            SELECT p.org, p.policy, p.version, p.sha256, p.noticed_at,
              (SELECT log FROM log WHERE log.org = p.org ORDER BY created_at, log LIMIT 1) AS log
            FROM policy_version p WHERE p.leaf_index IS NULL AND p.noticed_at <= ?1)
          WHERE log IS NOT NULL ORDER BY noticed_at, org, policy, version LIMIT ?2`,
    args: [now, limit],
  };
}

export function readMissingLeaves(result: ResultSet | undefined): MissingLeaf[] {
  return (result?.rows ?? []).map((row) => ({
    org: text(row, "org"),
    policy: text(row, "policy"),
    version: text(row, "version"),
    sha256: text(row, "sha256"),
    log: text(row, "log"),
  }));
}

export function storeLeafIndex({ org, policy, version }: MissingLeaf, index: number): Statement {
  return {
    sql: `UPDATE policy_version SET leaf_index = ?4
          WHERE org = ?1 AND policy = ?2 AND version = ?3 AND leaf_index IS NULL`,
    args: [org, policy, version, index],
  };
}

function readVersion(row: Row): PolicyVersion {
  const version = parseVersionName(text(row, "version"));
  const versionClass = VERSION_CLASSES.find((known) => known === text(row, "class"));
  if (version === null || versionClass === undefined) {
    throw new TypeError(`policy_version ${text(row, "version")}: not a version this product wrote`);
  }
  return {
    version,
    title: text(row, "title"),
    language: text(row, "language"),
    sha256: text(row, "sha256"),
    effectiveAt: number(row, "effective_at"),
    noticedAt: number(row, "noticed_at"),
    class: versionClass,
    reason: text(row, "reason"),
    leafIndex: numberOrNull(row, "leaf_index"),
  };
}
