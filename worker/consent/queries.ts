import type { ResultSet, Row } from "@libsql/client/web";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Statement } from "../../db/client.ts";
import { bytes, number, numberOrNull, text, textOrNull } from "../../db/rows.ts";
import { encodeHex, utf8 } from "../ledger/bytes.ts";
import { dayOf } from "./floods/budget.ts";
import { type DaysOfSite, grantsOf, readGrants, type SiteId } from "./floods/queries.ts";
import type { ChoiceRequest, GivenAnswer, NoticeStanding, VisitorState } from "./judge-choice.ts";

/**
 * The only SQL of consent. Groups travel as one JSON array per statement (blobs in hex): a group of
 * a thousand costs a few statements. CROSS JOIN keeps the array the outer loop.
 */

/** A site of the directory. */
export interface Site {
  readonly site: string;
  readonly org: string;
  readonly log: string;
}

export function siteById(site: string): Statement {
  return { sql: "SELECT id, org, log FROM site WHERE id = ?1", args: [site] };
}

/** The site, if this origin is registered for it. */
export function siteByOrigin(site: string, origin: string): Statement {
  return {
    sql: `SELECT s.id, s.org, s.log FROM site s JOIN site_origin o ON o.site = s.id
          WHERE s.id = ?1 AND o.origin = ?2`,
    args: [site, origin],
  };
}

/** The site, if it belongs to this organisation. */
export function siteOfOrg(site: string, org: string): Statement {
  return { sql: "SELECT id, org, log FROM site WHERE id = ?1 AND org = ?2", args: [site, org] };
}

/** The sites that show a notice now, of one log or of all. */
export function sitesWithNotice(log: string | null): Statement {
  return {
    sql: `SELECT s.id, s.org, s.log FROM site s
          WHERE (?1 IS NULL OR s.log = ?1)
            AND EXISTS (SELECT 1 FROM notice n WHERE n.site = s.id AND n.superseded_at IS NULL) ORDER BY s.id`,
    args: [log],
  };
}

export function readSites(result: ResultSet | undefined): Site[] {
  return (result?.rows ?? []).map((row) => ({
    site: text(row, "id"),
    org: text(row, "org"),
    log: text(row, "log"),
  }));
}

export function readSite(result: ResultSet | undefined): Site | null {
  return readSites(result)[0] ?? null;
}

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

/** One row per request at most, each: state, answer given, standing of the notice, erasure; then the origins that are registered, and what was granted today. */
export function readBeforeCommit(log: string, requests: readonly ChoiceRequest[]): Statement[] {
  const origins = new Set(requests.map(originOf));
  const asked = JSON.stringify(
    requests.map((r) => [
      r.org,
      r.site,
      r.consentId,
      r.idempotencyKey,
      r.noticeHash,
      r.policyVersion,
      encodeHex(sha256(utf8(r.consentId))),
    ]),
  );
  return [
    {
      sql: `SELECT r.key AS n, s.* FROM json_each(?1) r CROSS JOIN consent_state s
            ON s.org = r.value->>0 AND s.site = r.value->>1 AND s.consent_id = r.value->>2`,
      args: [asked],
    },
    {
      sql: `SELECT r.key AS n, c.body_sha256, c.idx, c.log, c.record, c.salt
            FROM json_each(?1) r CROSS JOIN consent_record c
            ON c.org = r.value->>0 AND c.site = r.value->>1 AND c.consent_id = r.value->>2
            AND c.idempotency_key = r.value->>3`,
      args: [asked],
    },
    {
      sql: `SELECT r.key AS n, p.consent_days, p.superseded_at,
              p.org IS NULL AND EXISTS (SELECT 1 FROM notice v WHERE v.org = r.value->>0 AND v.site = r.value->>1
                      AND v.policy_version = r.value->>5) AS known_version,
              p.org IS NULL AND EXISTS (SELECT 1 FROM notice h WHERE h.org = r.value->>0 AND h.site = r.value->>1
                      AND h.notice_hash = r.value->>4) AS known_hash
            FROM json_each(?1) r LEFT JOIN notice p
            ON p.org = r.value->>0 AND p.site = r.value->>1 AND p.notice_hash = r.value->>4
            AND p.policy_version = r.value->>5`,
      args: [asked],
    },
    {
      sql: `SELECT r.key AS n, e.secret_sha256 FROM json_each(?1) r CROSS JOIN consent_erasure e
            ON e.org = r.value->>0 AND e.site = r.value->>1 AND e.consent_sha256 = unhex(r.value->>6)`,
      args: [asked],
    },
    {
      sql: `SELECT s.org, s.id, o.origin FROM json_each(?1) r
            CROSS JOIN site s ON s.id = r.value->>1 AND s.org = r.value->>0 AND s.log = ?2
            CROSS JOIN site_origin o ON o.site = s.id AND o.origin = r.value->>2`,
      args: [`[${[...origins].join()}]`, log],
    },
    grantsOf(sitesOf(requests), dayOf(Date.now())),
  ];
}

/** What was read, by the request's place in the group. */
export interface BeforeCommit {
  readonly states: ReadonlyMap<number, VisitorState>;
  readonly answers: ReadonlyMap<number, GivenAnswer>;
  readonly notices: ReadonlyMap<number, NoticeStanding>;
  /** The secret's hash of visitors who were erased. */
  readonly erasures: ReadonlyMap<number, Uint8Array>;
  readonly grants: readonly DaysOfSite[];
  /** Whether the request's origin is registered for its site, and the site is one of this log. */
  isRegistered(request: ChoiceRequest): boolean;
}

/** Each once. */
function sitesOf(requests: readonly ChoiceRequest[]): SiteId[] {
  return [...new Map(requests.map(({ org, site }) => [JSON.stringify([org, site]), { org, site }])).values()];
}

/** As JSON, which no two of them share. */
function originOf({ org, site, origin }: Pick<ChoiceRequest, "org" | "site" | "origin">): string {
  return JSON.stringify([org, site, origin]);
}

export function readBefore(results: readonly ResultSet[]): BeforeCommit {
  const [states, answers, notices, erasures, origins, grants] = results;
  const registered = new Set(
    (origins?.rows ?? []).map((row) =>
      originOf({ org: text(row, "org"), site: text(row, "id"), origin: text(row, "origin") }),
    ),
  );
  return {
    states: byPlace(states, readState),
    answers: byPlace(answers, readAnswer),
    notices: byPlace(notices, readStanding),
    erasures: byPlace(erasures, (row) => bytes(row, "secret_sha256")),
    grants: readGrants(grants),
    isRegistered: (request) => registered.has(originOf(request)),
  };
}

function byPlace<T>(result: ResultSet | undefined, read: (row: Row) => T): Map<number, T> {
  return new Map((result?.rows ?? []).map((row) => [number(row, "n"), read(row)]));
}

function readState(row: Row): VisitorState {
  return {
    secretSha256: bytes(row, "secret_sha256"),
    newestIndex: number(row, "newest_idx"),
    stateIndex: number(row, "state_idx"),
    choice: number(row, "choice"),
    categories: {
      preferences: number(row, "preferences") === 1,
      analytics: number(row, "analytics") === 1,
      marketing: number(row, "marketing") === 1,
    },
    gpc: number(row, "gpc") === 1,
    grantedUntil: numberOrNull(row, "granted_until"),
    visitorKey: textOrNull(row, "visitor_key"),
  };
}

function readAnswer(row: Row): GivenAnswer {
  return {
    bodySha256: bytes(row, "body_sha256"),
    index: number(row, "idx"),
    log: text(row, "log"),
    record: text(row, "record"),
    salt: bytes(row, "salt"),
  };
}

function readStanding(row: Row): NoticeStanding {
  const consentDays = numberOrNull(row, "consent_days");
  if (consentDays === null) {
    return {
      kind: "unpublished",
      knownVersion: number(row, "known_version") === 1,
      knownHash: number(row, "known_hash") === 1,
    };
  }
  return { kind: "published", consentDays, supersededAt: numberOrNull(row, "superseded_at") };
}

/** One new record. */
export interface RecordRow {
  readonly request: ChoiceRequest;
  readonly index: number;
  readonly record: string;
  readonly salt: Uint8Array;
  /** UTC milliseconds. */
  readonly at: number;
}

export function insertRecords(log: string, rows: readonly RecordRow[]): Statement {
  const values = rows.map(({ request: r, index, record, salt, at }) => [
    r.org,
    r.site,
    r.consentId,
    index,
    log,
    r.idempotencyKey,
    encodeHex(r.bodySha256),
    record,
    encodeHex(salt),
    at,
  ]);
  return {
    sql: `INSERT INTO consent_record
            (org, site, consent_id, idx, log, idempotency_key, body_sha256, record, salt, at)
          SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, unhex(value->>6), value->>7,
            unhex(value->>8), value->>9
          FROM json_each(?1)`,
    args: [JSON.stringify(values)],
  };
}

/** Where one visitor stands after the group. */
export interface StateRow {
  readonly org: string;
  readonly site: string;
  readonly consentId: string;
  readonly state: VisitorState;
  /** Where the state moved: when what was kept under earlier keys has to go, UTC milliseconds. */
  readonly earlierKeysEnd: number | null;
}

export function upsertStates(rows: readonly StateRow[]): Statement {
  const values = rows.map(({ org, site, consentId, state: s }) => [
    org,
    site,
    consentId,
    encodeHex(s.secretSha256),
    s.newestIndex,
    s.stateIndex,
    s.choice,
    s.categories.preferences,
    s.categories.analytics,
    s.categories.marketing,
    s.gpc,
    s.grantedUntil,
    s.visitorKey,
  ]);
  return {
    sql: `INSERT INTO consent_state (org, site, consent_id, secret_sha256, newest_idx, state_idx, choice,
            preferences, analytics, marketing, gpc, granted_until, visitor_key)
          SELECT value->>0, value->>1, value->>2, unhex(value->>3), value->>4, value->>5, value->>6, value->>7,
            value->>8, value->>9, value->>10, value->>11, value->>12
          FROM json_each(?1) WHERE true
          ON CONFLICT (org, site, consent_id) DO UPDATE SET newest_idx = excluded.newest_idx,
            state_idx = excluded.state_idx, choice = excluded.choice, preferences = excluded.preferences,
            analytics = excluded.analytics, marketing = excluded.marketing, gpc = excluded.gpc,
            granted_until = excluded.granted_until, visitor_key = excluded.visitor_key`,
    args: [JSON.stringify(values)],
  };
}

/** Ends, or carries on to the new grant's end, every key that is still open at `at`; then opens the new ones. */
export function moveGrants(rows: readonly StateRow[], at: number): Statement[] {
  const moved = rows.filter((row) => row.earlierKeysEnd !== null);
  const opened = moved.filter(({ state }) => state.visitorKey !== null && state.grantedUntil !== null);
  if (moved.length === 0) return [];
  return [
    {
      sql: `UPDATE analytics_grant SET ends_at = m.value->>3 FROM json_each(?1) m
            WHERE org = m.value->>0 AND site = m.value->>1 AND consent_id = m.value->>2 AND ends_at > ?2`,
      args: [JSON.stringify(moved.map((r) => [r.org, r.site, r.consentId, r.earlierKeysEnd])), at],
    },
    {
      sql: `INSERT INTO analytics_grant (org, site, visitor_key, consent_id, ends_at)
            SELECT value->>0, value->>1, value->>2, value->>3, value->>4 FROM json_each(?1)`,
      args: [
        JSON.stringify(
          opened.map(({ org, site, consentId, state }) => [
            org,
            site,
            state.visitorKey,
            consentId,
            state.grantedUntil,
          ]),
        ),
      ],
    },
  ];
}

/** The visitor's open grant, by the database's own clock: at this instant, not when the request came. */
const OPEN_GRANT = `org = ?1 AND site = ?2 AND consent_id = ?3 AND analytics = 1 AND visitor_key IS NOT NULL
  AND granted_until > unixepoch('subsec') * 1000 AND erased_at IS NULL AND (gpc = 1 OR ?4 = 0)`;

/** One request of analytics events from a visitor. */
export interface Collection {
  readonly org: string;
  readonly site: string;
  readonly consentId: string;
  /** The request carried `Sec-GPC: 1`. */
  readonly gpc: boolean;
  readonly events: readonly CollectedEvent[];
}

interface CollectedEvent {
  readonly event_id: string;
  readonly name: string;
  /** UTC milliseconds. */
  readonly at: number;
  readonly path?: string | undefined;
}

/**
 * The gate: consent is a condition of the very statement that stores. An event_id that is kept under
 * an earlier key that goes on is there already.
 */
export function insertEvents(collection: Collection): Statement {
  const { org, site, consentId, gpc, events } = collection;
  const values = events.map((event) => [event.event_id, event.name, event.at, event.path ?? null]);
  return {
    sql: `INSERT INTO analytics_event (org, site, visitor_key, event_id, name, at, path, received_at)
          SELECT s.org, s.site, s.visitor_key, e.value->>0, e.value->>1, e.value->>2, e.value->>3,
            CAST(unixepoch('subsec') * 1000 AS INTEGER)
          FROM (SELECT org, site, visitor_key FROM consent_state WHERE ${OPEN_GRANT}) s
          CROSS JOIN json_each(?5) e
          WHERE NOT EXISTS (
            SELECT 1 FROM analytics_grant g CROSS JOIN analytics_event k
              ON k.org = g.org AND k.site = g.site AND k.visitor_key = g.visitor_key
            WHERE g.org = ?1 AND g.site = ?2 AND g.consent_id = ?3
              AND g.ends_at > unixepoch('subsec') * 1000 AND k.event_id = e.value->>0)
          ON CONFLICT (org, site, visitor_key, event_id) DO NOTHING`,
    args: [org, site, consentId, gpc ? 1 : 0, JSON.stringify(values)],
  };
}

/** In the same batch as the gate, since 0 rows cannot tell "refused" from "all there already". */
export function openGrant({ org, site, consentId, gpc }: Collection): Statement {
  return {
    sql: `SELECT 1 FROM consent_state WHERE ${OPEN_GRANT}`,
    args: [org, site, consentId, gpc ? 1 : 0],
  };
}

/** An analytics event as it was kept; times are UTC milliseconds. */
export interface KeptEvent {
  readonly eventId: string;
  readonly visitorKey: string;
  readonly name: string;
  readonly at: number;
  readonly path: string | null;
  readonly receivedAt: number;
}

/** What is kept under any live key of the visitor, oldest first. */
export function keptEvents(org: string, site: string, consentId: string, limit: number): Statement {
  return {
    sql: `SELECT e.event_id, e.visitor_key, e.name, e.at, e.path, e.received_at
          FROM analytics_grant g CROSS JOIN analytics_event e
            ON e.org = g.org AND e.site = g.site AND e.visitor_key = g.visitor_key
          WHERE g.org = ?1 AND g.site = ?2 AND g.consent_id = ?3
          ORDER BY e.received_at, e.rowid LIMIT ?4`,
    args: [org, site, consentId, limit],
  };
}

export function readKeptEvents(result: ResultSet | undefined): KeptEvent[] {
  return (result?.rows ?? []).map((row) => ({
    eventId: text(row, "event_id"),
    visitorKey: text(row, "visitor_key"),
    name: text(row, "name"),
    at: number(row, "at"),
    path: textOrNull(row, "path"),
    receivedAt: number(row, "received_at"),
  }));
}

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

export function readRecords(result: ResultSet | undefined): StoredRecord[] {
  return (result?.rows ?? []).map((row) => ({
    index: number(row, "idx"),
    log: text(row, "log"),
    record: text(row, "record"),
    salt: bytes(row, "salt"),
    at: number(row, "at"),
  }));
}

/** Deletes some of what was kept under keys that ended, by the database's clock as in the gate. */
export function deleteEndedEvents(limit: number): Statement {
  return {
    sql: `DELETE FROM analytics_event WHERE rowid IN (
            SELECT e.rowid FROM analytics_grant g CROSS JOIN analytics_event e
              ON e.org = g.org AND e.site = g.site AND e.visitor_key = g.visitor_key
            WHERE g.ends_at <= unixepoch('subsec') * 1000 LIMIT ?1)`,
    args: [limit],
  };
}

/** Forgets ended keys under which nothing is left. */
export function deleteEndedGrants(limit: number): Statement {
  return {
    sql: `DELETE FROM analytics_grant WHERE (org, site, consent_id, visitor_key) IN (
            SELECT g.org, g.site, g.consent_id, g.visitor_key FROM analytics_grant g
            WHERE g.ends_at <= unixepoch('subsec') * 1000 AND NOT EXISTS (
              SELECT 1 FROM analytics_event e
              WHERE e.org = g.org AND e.site = g.site AND e.visitor_key = g.visitor_key)
            LIMIT ?1)`,
    args: [limit],
  };
}

/** Deletes some events that were received more than `ageMs` ago. */
export function deleteOldEvents(ageMs: number, limit: number): Statement {
  return {
    sql: `DELETE FROM analytics_event WHERE rowid IN (
            SELECT rowid FROM analytics_event WHERE received_at <= unixepoch('subsec') * 1000 - ?1 LIMIT ?2)`,
    args: [ageMs, limit],
  };
}

/** The compressed code of a banner build, by the name it was served under. */
export function bannerBuild(name: string): Statement {
  return { sql: "SELECT brotli FROM banner_build WHERE name = ?1", args: [name] };
}

export function readBannerBuild(result: ResultSet | undefined): Uint8Array | null {
  const row = result?.rows[0];
  return row === undefined ? null : bytes(row, "brotli");
}

export function insertBannerBuild(name: string, brotli: Uint8Array): Statement {
  return {
    sql: "INSERT INTO banner_build (name, brotli) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING",
    args: [name, brotli],
  };
}
