import type { ResultSet, Row } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { number, text, textOrNull } from "../../../db/rows.ts";
import { COLUMNS, readVersion } from "../queries.ts";
import { type PolicyVersion, parseVersionName, type VersionName } from "../version.ts";
import type { Content } from "../version-rules.ts";

/**
 * The SQL of managing policies. What changes something is a pair for one batch: first the line for the
 * audit log, under the very condition of the change, then the change itself.
 */

/** For the audit log. Its target is the version. */
export interface Deed {
  readonly actor: string;
  /** UTC milliseconds. */
  readonly now: number;
}

/** Which text of whose policy. */
export interface DraftKey {
  readonly org: string;
  readonly policy: string;
  readonly version: VersionName;
}

/** What is known of a draft without its texts. Times are UTC milliseconds. */
export interface DraftSummary {
  readonly version: VersionName;
  readonly language: string;
  /** Null where the text does not begin with one yet. */
  readonly title: string | null;
  /** Lower-case hex SHA-256 of the authoritative text. */
  readonly sha256: string;
  /** A strong entity tag, with its quotes. */
  readonly etag: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

export interface Draft extends DraftSummary {
  readonly markdown: string;
  /** Texts by language. */
  readonly translations: Readonly<Record<string, string>>;
}

const SUMMARY = "version, language, title, sha256, etag, created_at, updated_at, updated_by";

export function draftByKey({ org, policy, version }: DraftKey): Statement {
  return {
    sql: `SELECT ${SUMMARY}, translations, markdown FROM policy_draft
          WHERE org = ?1 AND policy = ?2 AND version = ?3`,
    args: [org, policy, version],
  };
}

export function readDraft(result: ResultSet | undefined): Draft | null {
  const row = result?.rows[0];
  if (row === undefined) return null;
  const translations = textsByLanguage(text(row, "translations"));
  return { ...draftSummaryOf(row), markdown: text(row, "markdown"), translations };
}

/** Every draft of an organisation, without its texts. */
export function allDrafts(org: string): Statement {
  return {
    sql: `SELECT policy, ${SUMMARY} FROM policy_draft WHERE org = ?1 ORDER BY policy, version DESC`,
    args: [org],
  };
}

export function readAllDrafts(result: ResultSet | undefined): { policy: string; draft: DraftSummary }[] {
  return (result?.rows ?? []).map((row) => ({ policy: text(row, "policy"), draft: draftSummaryOf(row) }));
}

/** Every public version of an organisation's policies, without its texts. */
export function everyVersion(org: string): Statement {
  return {
    sql: `SELECT policy, ${COLUMNS} FROM policy_version WHERE org = ?1 AND noticed_at IS NOT NULL`,
    args: [org],
  };
}

export function readEveryVersion(
  result: ResultSet | undefined,
): { policy: string; version: PolicyVersion }[] {
  return (result?.rows ?? []).map((row) => ({ policy: text(row, "policy"), version: readVersion(row) }));
}

function draftSummaryOf(row: Row): DraftSummary {
  return {
    version: versionNameOf(text(row, "version")),
    language: text(row, "language"),
    title: textOrNull(row, "title"),
    sha256: text(row, "sha256"),
    etag: text(row, "etag"),
    createdAt: number(row, "created_at"),
    updatedAt: number(row, "updated_at"),
    updatedBy: text(row, "updated_by"),
  };
}

export function countDrafts(org: string): Statement {
  return { sql: "SELECT count(*) AS n FROM policy_draft WHERE org = ?1", args: [org] };
}

export function readCount(result: ResultSet | undefined): number {
  const row = result?.rows[0];
  return row === undefined ? 0 : number(row, "n");
}

type StoredDraft = DraftKey & Omit<Draft, "version" | "createdAt">;

/** Begins a draft; nothing where there is one, or a version with its number. */
export function insertDraft(draft: StoredDraft): [Statement, Statement] {
  const free = `NOT EXISTS (SELECT 1 FROM policy_draft WHERE org = ?1 AND policy = ?2 AND version = ?3)
            AND NOT EXISTS (SELECT 1 FROM policy_version WHERE org = ?1 AND policy = ?2 AND version = ?3)`;
  return [
    auditIf(draft, deedOf(draft), "policy.draft.create", free, []),
    {
      sql: `INSERT INTO policy_draft
            (org, policy, version, language, title, sha256, etag, created_at, updated_at, updated_by, translations, markdown)
          SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11 WHERE ${free}`,
      args: valuesOf(draft),
    },
  ];
}

/** Replaces the draft that still has the entity tag `expected`. */
export function replaceDraft(draft: StoredDraft, expected: string): [Statement, Statement] {
  return [
    auditIf(draft, deedOf(draft), "policy.draft.replace", UNCHANGED, [expected]),
    {
      sql: `UPDATE policy_draft SET language = ?4, title = ?5, sha256 = ?6, etag = ?7, updated_at = ?8,
            updated_by = ?9, translations = ?10, markdown = ?11
          WHERE org = ?1 AND policy = ?2 AND version = ?3 AND etag = ?12`,
      args: [...valuesOf(draft), expected],
    },
  ];
}

export function deleteDraft(key: DraftKey, expected: string, deed: Deed): [Statement, Statement] {
  return [
    auditIf(key, deed, "policy.draft.delete", UNCHANGED, [expected]),
    {
      sql: "DELETE FROM policy_draft WHERE org = ?1 AND policy = ?2 AND version = ?3 AND etag = ?4",
      args: [key.org, key.policy, key.version, expected],
    },
  ];
}

/** The draft still has the entity tag `?4`. */
const UNCHANGED =
  "EXISTS (SELECT 1 FROM policy_draft WHERE org = ?1 AND policy = ?2 AND version = ?3 AND etag = ?4)";

/**
 * Makes the draft that still has this entity tag public; nothing where its number is taken or another
 * version takes effect at the same instant.
 */
export function publishDraft(
  { org, policy, version }: DraftKey,
  etag: string,
  content: Content,
  action: "policy.schedule" | "policy.import",
  deed: Deed,
): [Statement, Statement] {
  const free = `NOT EXISTS (SELECT 1 FROM policy_version v WHERE v.org = ?1 AND v.policy = ?2
            AND (v.version = ?3 OR (v.effective_at = ?5 AND v.noticed_at IS NOT NULL AND v.cancelled_at IS NULL)))`;
  return [
    auditIf({ org, policy, version }, deed, action, `${UNCHANGED} AND ${free}`, [etag, content.effectiveAt]),
    {
      sql: `INSERT INTO policy_version
            (org, policy, version, title, language, sha256, effective_at, noticed_at, class, reason, created_at, markdown,
             imported_at, changes_purposes, changes_recipients, court_order)
          SELECT d.org, d.policy, d.version, d.title, d.language, d.sha256, ?5, ?6, ?7, ?8, ?9, d.markdown, ?10, ?11, ?12, ?13
          FROM policy_draft d
          WHERE d.org = ?1 AND d.policy = ?2 AND d.version = ?3 AND d.etag = ?4 AND ${free}`,
      args: [
        org,
        policy,
        version,
        etag,
        content.effectiveAt,
        content.noticedAt,
        content.class,
        content.reason,
        deed.now,
        content.importedAt,
        content.changes.purposes,
        content.changes.recipients,
        content.courtOrder,
      ],
    },
  ];
}

/** One translation of a version that was published from the draft that is still there. */
export interface TranslatedText {
  readonly language: string;
  readonly title: string;
  readonly sha256: string;
  readonly markdown: string;
}

/** The draft's translations, once its version is there; run before `dropPublishedDraft`. */
export function publishTranslations(
  { org, policy, version }: DraftKey,
  etag: string,
  texts: readonly TranslatedText[],
  noticedAt: number,
): Statement {
  const rows = texts.map(({ language, title, sha256, markdown }) => [language, title, sha256, markdown]);
  return {
    sql: `INSERT INTO policy_translation (org, policy, version, language, title, sha256, noticed_at, markdown)
          SELECT ?1, ?2, ?3, value->>0, value->>1, value->>2, ?5, value->>3 FROM json_each(?6)
          WHERE EXISTS (SELECT 1 FROM policy_version WHERE org = ?1 AND policy = ?2 AND version = ?3)
            AND EXISTS (SELECT 1 FROM policy_draft WHERE org = ?1 AND policy = ?2 AND version = ?3 AND etag = ?4)`,
    args: [org, policy, version, etag, noticedAt, JSON.stringify(rows)],
  };
}

/** What became a version is no draft any more. */
export function dropPublishedDraft({ org, policy, version }: DraftKey): Statement {
  return {
    sql: `DELETE FROM policy_draft WHERE org = ?1 AND policy = ?2 AND version = ?3
          AND EXISTS (SELECT 1 FROM policy_version WHERE org = ?1 AND policy = ?2 AND version = ?3)`,
    args: [org, policy, version],
  };
}

/** Calls off a version that takes effect at least `closing` milliseconds from now. */
export function cancelVersion(
  key: DraftKey,
  reason: string | null,
  closing: number,
  deed: Deed,
): [Statement, Statement] {
  const open = `org = ?1 AND policy = ?2 AND version = ?3 AND noticed_at IS NOT NULL AND cancelled_at IS NULL
            AND effective_at >= ?4 + ?5`;
  return [
    auditIf(key, deed, "policy.cancel", `EXISTS (SELECT 1 FROM policy_version WHERE ${open})`, [
      deed.now,
      closing,
    ]),
    {
      sql: `UPDATE policy_version SET cancelled_at = ?4, cancel_reason = ?6 WHERE ${open}`,
      args: [key.org, key.policy, key.version, deed.now, closing, reason],
    },
  ];
}

/** The hashes of a version that is public, in all its languages. */
export interface PublishedTexts {
  /** The authoritative one. */
  readonly language: string;
  readonly sha256ByLanguage: ReadonlyMap<string, string>;
}

export function publishedTexts({ org, policy, version }: DraftKey): Statement {
  return {
    sql: `SELECT 0 AS translated, language, sha256 FROM policy_version
          WHERE org = ?1 AND policy = ?2 AND version = ?3 AND noticed_at IS NOT NULL
          UNION ALL
          SELECT 1, language, sha256 FROM policy_translation WHERE org = ?1 AND policy = ?2 AND version = ?3
          ORDER BY translated`,
    args: [org, policy, version],
  };
}

export function readPublishedTexts(result: ResultSet | undefined): PublishedTexts | null {
  const rows = (result?.rows ?? []).map((row) => [text(row, "language"), text(row, "sha256")] as const);
  const [first] = rows;
  return first === undefined ? null : { language: first[0], sha256ByLanguage: new Map(rows) };
}

/**
 * A line for the audit log where `condition` holds, in which `?1` to `?3` are organisation, policy and
 * version, and `?4` on are `args`.
 */
function auditIf(
  { org, policy, version }: DraftKey,
  { actor, now }: Deed,
  action: string,
  condition: string,
  args: readonly (string | number)[],
): Statement {
  const n = 3 + args.length;
  return {
    sql: `INSERT INTO audit_log (id, org, at, actor, action, target)
          SELECT ?${n + 1}, ?1, ?${n + 2}, ?${n + 3}, ?${n + 4}, ?2 || '/' || ?3 WHERE ${condition}`,
    args: [org, policy, version, ...args, `aud_${crypto.randomUUID()}`, now, actor, action],
  };
}

function deedOf({ updatedBy, updatedAt }: StoredDraft): Deed {
  return { actor: updatedBy, now: updatedAt };
}

function valuesOf(draft: StoredDraft) {
  return [
    draft.org,
    draft.policy,
    draft.version,
    draft.language,
    draft.title,
    draft.sha256,
    draft.etag,
    draft.updatedAt,
    draft.updatedBy,
    JSON.stringify(draft.translations),
    draft.markdown,
  ];
}

function versionNameOf(name: string): VersionName {
  const version = parseVersionName(name);
  if (version === null) throw new TypeError(`policy_draft ${name}: not a draft this product wrote`);
  return version;
}

/** The named boundary: `insertDraft` and `replaceDraft` alone write this column. */
function textsByLanguage(json: string): Readonly<Record<string, string>> {
  return JSON.parse(json) as Record<string, string>;
}
