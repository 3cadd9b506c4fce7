import type { ResultSet, Row } from "@libsql/client/web";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Statement } from "../../db/client.ts";
import { bytes, number, numberOrNull, text, textOrNull } from "../../db/rows.ts";
import { encodeHex, joinBytes, utf8 } from "../ledger/bytes.ts";
import { dayOf } from "./floods/budget.ts";
import { type DaysOfSite, grantsOf, readGrants, type SiteId } from "./floods/queries.ts";
import type { ChoiceRequest, GivenAnswer, NoticeStanding, VisitorState } from "./judge-choice.ts";

/**
 * The SQL of sites and of a commit. Groups travel as one JSON array per statement, what is long beside it as one blob:
 * a group of a thousand costs a few statements. CROSS JOIN keeps the array the outer loop.
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

/**
 * What a commit has to know, in few bytes: what is written twice into JSON costs the worker more than the
 * database's own work. A row for each request of a visitor who is known: state, answer given, erasure; one for
 * each notice that is named; the origins that are registered; what was granted today.
 */
export function readBeforeCommit(log: string, requests: readonly ChoiceRequest[]): Statement[] {
  const origins = new Set(requests.map(originOf));
  const asked = requests.map((r) => [
    r.org,
    r.site,
    r.consentId,
    r.idempotencyKey,
    encodeHex(sha256(utf8(r.consentId))),
  ]);
  return [
    {
      sql: `SELECT r.key AS n, s.secret_sha256, s.newest_idx, s.state_idx, s.choice, s.preferences, s.analytics,
              s.marketing, s.gpc, s.granted_until, s.visitor_key,
              c.body_sha256, c.idx, c.log, c.record, c.salt, e.secret_sha256 AS erased_secret
            FROM json_each(?1) r
            LEFT JOIN consent_state s
              ON s.org = r.value->>0 AND s.site = r.value->>1 AND s.consent_id = r.value->>2
            LEFT JOIN consent_record c
              ON c.org = r.value->>0 AND c.site = r.value->>1 AND c.consent_id = r.value->>2
              AND c.idempotency_key = r.value->>3
            LEFT JOIN consent_erasure e
              ON e.org = r.value->>0 AND e.site = r.value->>1 AND e.consent_sha256 = unhex(r.value->>4)
            WHERE s.newest_idx IS NOT NULL OR c.idx IS NOT NULL OR e.secret_sha256 IS NOT NULL`,
      args: [JSON.stringify(asked)],
    },
    {
      sql: `SELECT r.value AS notice, p.consent_days, p.superseded_at,
              p.org IS NULL AND EXISTS (SELECT 1 FROM notice v WHERE v.org = r.value->>0 AND v.site = r.value->>1
                      AND v.policy_version = r.value->>2) AS known_version,
              p.org IS NULL AND EXISTS (SELECT 1 FROM notice h WHERE h.org = r.value->>0 AND h.site = r.value->>1
                      AND h.notice_hash = r.value->>3) AS known_hash
            FROM json_each(?1) r LEFT JOIN notice p
            ON p.org = r.value->>0 AND p.site = r.value->>1 AND p.policy_version = r.value->>2
            AND p.notice_hash = r.value->>3`,
      args: [`[${[...new Set(requests.map(noticeOf))].join()}]`],
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
  /** The secret's hash of visitors who were erased. */
  readonly erasures: ReadonlyMap<number, Uint8Array>;
  readonly grants: readonly DaysOfSite[];
  /** How the notice that the request names stands for its site. */
  standingOf(request: ChoiceRequest): NoticeStanding | undefined;
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

/** As SQLite writes the same array: `value` of json_each is compact JSON, and nothing in it is escaped. */
function noticeOf({ org, site, policyVersion, noticeHash }: ChoiceRequest): string {
  return JSON.stringify([org, site, policyVersion, noticeHash]);
}

export function readBefore(results: readonly ResultSet[]): BeforeCommit {
  const [visitors, notices, origins, grants] = results;
  const standings = new Map((notices?.rows ?? []).map((row) => [text(row, "notice"), readStanding(row)]));
  const registered = new Set(
    (origins?.rows ?? []).map((row) =>
      originOf({ org: text(row, "org"), site: text(row, "id"), origin: text(row, "origin") }),
    ),
  );
  return {
    states: byPlace(visitors, "newest_idx", readState),
    answers: byPlace(visitors, "idx", readAnswer),
    erasures: byPlace(visitors, "erased_secret", (row) => bytes(row, "erased_secret")),
    grants: readGrants(grants),
    standingOf: (request) => standings.get(noticeOf(request)),
    isRegistered: (request) => registered.has(originOf(request)),
  };
}

/** Of the rows that have something in `column`. */
function byPlace<T>(result: ResultSet | undefined, column: string, read: (row: Row) => T): Map<number, T> {
  const rows = (result?.rows ?? []).filter((row) => row[column] !== null);
  return new Map(rows.map((row) => [number(row, "n"), read(row)]));
}

/** A row of `consent_state`. */
export function readState(row: Row): VisitorState {
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
  const texts = rows.map(({ record }) => utf8(record));
  let end = 1;
  const values = rows.map(({ request: r, index, at }, place) => {
    const [begin, length] = [end, texts[place]?.length ?? 0];
    end += length;
    return [r.org, r.site, r.consentId, index, r.idempotencyKey, at, begin, length];
  });
  return {
    sql: `INSERT INTO consent_record
            (org, site, consent_id, idx, log, idempotency_key, body_sha256, record, salt, at)
          SELECT value->>0, value->>1, value->>2, value->>3, ?2, value->>4, substr(?4, 64 * key + 1, 32),
            CAST(substr(?3, value->>6, value->>7) AS TEXT), substr(?4, 64 * key + 33, 32), value->>5
          FROM json_each(?1)`,
    args: [
      JSON.stringify(values),
      log,
      joinBytes(texts),
      joinBytes(rows.flatMap(({ request, salt }) => [request.bodySha256, salt])),
    ],
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
          SELECT value->>0, value->>1, value->>2, substr(?2, 32 * key + 1, 32), value->>3, value->>4, value->>5,
            value->>6, value->>7, value->>8, value->>9, value->>10, value->>11
          FROM json_each(?1) WHERE true
          ON CONFLICT (org, site, consent_id) DO UPDATE SET newest_idx = excluded.newest_idx,
            state_idx = excluded.state_idx, choice = excluded.choice, preferences = excluded.preferences,
            analytics = excluded.analytics, marketing = excluded.marketing, gpc = excluded.gpc,
            granted_until = excluded.granted_until, visitor_key = excluded.visitor_key`,
    args: [JSON.stringify(values), joinBytes(rows.map(({ state }) => state.secretSha256))],
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
