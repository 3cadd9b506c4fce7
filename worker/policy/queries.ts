import type { ResultSet, Row } from "@libsql/client/web";
import type { Statement } from "../../db/client.ts";
import { number, numberOrNull, text, textOrNull } from "../../db/rows.ts";
import {
  type PolicyVersion,
  parseVersionName,
  type Translation,
  VERSION_CLASSES,
  type VersionName,
} from "./version.ts";

/** What `readVersion` reads. */
export const COLUMNS = `version, title, language, sha256, effective_at, noticed_at, class, reason, leaf_index,
  cancelled_at, cancel_reason, imported_at, changes_purposes, changes_recipients, court_order`;

/** A version as it becomes public. */
export interface NewRow extends Omit<PolicyVersion, "leafIndex" | "cancelledAt" | "cancelReason"> {
  readonly org: string;
  readonly policy: string;
  readonly markdown: string;
  readonly createdAt: number;
}

/**
 * Adds a version; where its number is there already, or another takes effect at the same instant,
 * nothing.
 */
export function insertVersion(row: NewRow): Statement {
  return {
    sql: `INSERT INTO policy_version
            (org, policy, version, title, language, sha256, effective_at, noticed_at, class, reason, created_at, markdown,
             imported_at, changes_purposes, changes_recipients, court_order)
          SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16
          WHERE NOT EXISTS (
            SELECT 1 FROM policy_version WHERE org = ?1 AND policy = ?2
            AND (version = ?3 OR (effective_at = ?7 AND noticed_at IS NOT NULL AND cancelled_at IS NULL)))`,
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
      row.importedAt,
      row.changes.purposes,
      row.changes.recipients,
      row.courtOrder,
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

/** The translations of every version, without their texts. */
export function allTranslations(org: string, policy: string): Statement {
  return {
    sql: `SELECT version, language, title, sha256, leaf_index FROM policy_translation
          WHERE org = ?1 AND policy = ?2 ORDER BY language`,
    args: [org, policy],
  };
}

export function readTranslations(result: ResultSet | undefined): Translation[] {
  return (result?.rows ?? []).map((row) => ({
    version: text(row, "version"),
    language: text(row, "language"),
    title: text(row, "title"),
    sha256: text(row, "sha256"),
    leafIndex: numberOrNull(row, "leaf_index"),
  }));
}

/** Selects texts of one policy: its first two arguments are organisation and policy. */
export interface TextsStatement {
  readonly sql: string;
  readonly args: (string | number)[];
}

/** The same versions' texts in one language, be it authoritative or a translation. */
export function inLanguage({ sql, args }: TextsStatement, language: string): TextsStatement {
  const wanted = `language = ?${args.length + 1} AND version IN (SELECT version FROM (${sql}))`;
  return {
    sql: `SELECT version, markdown FROM policy_version WHERE org = ?1 AND policy = ?2 AND ${wanted}
          UNION ALL
          SELECT version, markdown FROM policy_translation WHERE org = ?1 AND policy = ?2 AND ${wanted}`,
    args: [...args, language],
  };
}

/** The text of the version that began last; of several with one instant all, for `standingAt` to choose. */
export function textsBegunLast(org: string, policy: string, now: number): TextsStatement {
  return {
    sql: `SELECT version, markdown FROM policy_version
          WHERE org = ?1 AND policy = ?2 AND noticed_at <= ?3 AND cancelled_at IS NULL AND effective_at = (
            SELECT max(effective_at) FROM policy_version
            WHERE org = ?1 AND policy = ?2 AND noticed_at <= ?3 AND effective_at <= ?3 AND cancelled_at IS NULL)`,
    args: [org, policy, now],
  };
}

/** The texts of these versions, as far as they are public at `now`. */
export function textsOf(
  org: string,
  policy: string,
  versions: readonly VersionName[],
  now: number,
): TextsStatement {
  return {
    sql: `SELECT version, markdown FROM policy_version
          WHERE org = ?1 AND policy = ?2 AND noticed_at <= ?3 AND version IN (SELECT value FROM json_each(?4))`,
    args: [org, policy, now, JSON.stringify(versions)],
  };
}

/** The texts of the `limit` versions that take effect last. */
export function newestTexts(org: string, policy: string, limit: number, now: number): TextsStatement {
  return {
    sql: `SELECT version, markdown FROM policy_version WHERE org = ?1 AND policy = ?2 AND noticed_at <= ?3
          ORDER BY effective_at DESC, noticed_at DESC, version DESC LIMIT ?4`,
    args: [org, policy, now, limit],
  };
}

/**
 * The texts of all versions among which the one in force at some moment between `from` and `to` (UTC
 * milliseconds) is, as it is known at `now`.
 */
export function textsBetween(
  org: string,
  policy: string,
  { from, to }: { from: number; to: number },
  now: number,
): TextsStatement {
  return {
    sql: `SELECT version, markdown FROM policy_version
          WHERE org = ?1 AND policy = ?2 AND noticed_at <= ?3 AND cancelled_at IS NULL
            AND effective_at <= ?5 AND effective_at >= coalesce((
              SELECT max(effective_at) FROM policy_version
              WHERE org = ?1 AND policy = ?2 AND noticed_at <= ?3 AND cancelled_at IS NULL AND effective_at <= ?4),
            ?4)`,
    args: [org, policy, now, from, to],
  };
}

export function readTexts(result: ResultSet | undefined): Map<string, string> {
  return new Map((result?.rows ?? []).map((row) => [text(row, "version"), text(row, "markdown")]));
}

/** The organisation whose policy it is: the zone of its dates, and the log that holds its leaves. */
export interface Publisher {
  readonly name: string;
  readonly timeZone: string;
  readonly log: string | null;
}

export function publisherOf(org: string): Statement {
  return {
    sql: `SELECT name, time_zone, (SELECT log FROM log WHERE log.org = organization.id ORDER BY created_at, log LIMIT 1) AS log
          FROM organization WHERE id = ?1`,
    args: [org],
  };
}

export function readPublisher(result: ResultSet | undefined): Publisher | null {
  const row = result?.rows[0];
  if (row === undefined) return null;
  return { name: text(row, "name"), timeZone: text(row, "time_zone"), log: textOrNull(row, "log") };
}

/** A public text that its organisation's log does not hold yet. */
export interface MissingLeaf {
  readonly org: string;
  readonly policy: string;
  readonly version: string;
  /** Of a translation; null for the authoritative text. */
  readonly translation: string | null;
  readonly sha256: string;
  readonly log: string;
}

/** Oldest first, over all organisations: this is the cron's question, not a visitor's. */
export function missingLeaves(now: number, limit: number): Statement {
  return {
    sql: `SELECT org, policy, version, translation, sha256, log FROM (
            SELECT p.org, p.policy, p.version, p.translation, p.sha256, p.noticed_at,
              (SELECT log FROM log WHERE log.org = p.org ORDER BY created_at, log LIMIT 1) AS log
            FROM (
              SELECT org, policy, version, NULL AS translation, sha256, noticed_at FROM policy_version
              WHERE leaf_index IS NULL AND noticed_at <= ?1
              UNION ALL
              SELECT org, policy, version, language, sha256, noticed_at FROM policy_translation
              WHERE leaf_index IS NULL AND noticed_at <= ?1) p)
          WHERE log IS NOT NULL ORDER BY noticed_at, org, policy, version, translation LIMIT ?2`,
    args: [now, limit],
  };
}

export function readMissingLeaves(result: ResultSet | undefined): MissingLeaf[] {
  return (result?.rows ?? []).map((row) => ({
    org: text(row, "org"),
    policy: text(row, "policy"),
    version: text(row, "version"),
    translation: textOrNull(row, "translation"),
    sha256: text(row, "sha256"),
    log: text(row, "log"),
  }));
}

export function storeLeafIndex({ org, policy, version, translation }: MissingLeaf, index: number): Statement {
  if (translation !== null) {
    return {
      sql: `UPDATE policy_translation SET leaf_index = ?5
            WHERE org = ?1 AND policy = ?2 AND version = ?3 AND language = ?4 AND leaf_index IS NULL`,
      args: [org, policy, version, translation, index],
    };
  }
  return {
    sql: `UPDATE policy_version SET leaf_index = ?4
          WHERE org = ?1 AND policy = ?2 AND version = ?3 AND leaf_index IS NULL`,
    args: [org, policy, version, index],
  };
}

export function readVersion(row: Row): PolicyVersion {
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
    cancelledAt: numberOrNull(row, "cancelled_at"),
    cancelReason: textOrNull(row, "cancel_reason"),
    importedAt: numberOrNull(row, "imported_at"),
    changes: {
      purposes: number(row, "changes_purposes") === 1,
      recipients: number(row, "changes_recipients") === 1,
    },
    courtOrder: textOrNull(row, "court_order"),
  };
}
