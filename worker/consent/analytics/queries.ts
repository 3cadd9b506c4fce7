import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { number, text, textOrNull } from "../../../db/rows.ts";

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
