import type { ResultSet, Row } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { number, numberOrNull, text, textOrNull } from "../../../db/rows.ts";

export const WEBHOOK_STATES = ["pending", "active", "dead"] as const;
export const DELIVERY_STATES = ["due", "delivered", "dead"] as const;

/** Times are UTC milliseconds. */
export interface Webhook {
  readonly org: string;
  readonly id: string;
  readonly url: string;
  /** `pending` until the receiver has proved itself; `dead` after everything failed, until it proves itself again. */
  readonly state: (typeof WEBHOOK_STATES)[number];
  readonly generation: number;
  readonly rotatedAt: number | null;
  readonly createdAt: number;
  readonly verifiedAt: number | null;
  readonly failingSince: number | null;
  readonly lastFault: string | null;
}

const COLUMNS = `w.org, w.id, w.url, w.state, w.generation, w.rotated_at, w.created_at, w.verified_at,
  w.failing_since, w.last_fault`;

export function webhooksOf(org: string): Statement {
  return {
    sql: `SELECT ${COLUMNS} FROM webhook w WHERE w.org = ?1 ORDER BY w.created_at, w.id`,
    args: [org],
  };
}

export function webhookById(org: string, id: string): Statement {
  return { sql: `SELECT ${COLUMNS} FROM webhook w WHERE w.org = ?1 AND w.id = ?2`, args: [org, id] };
}

export function readWebhooks(result: ResultSet | undefined): Webhook[] {
  return (result?.rows ?? []).map(webhookOf);
}

function webhookOf(row: Row): Webhook {
  const state = WEBHOOK_STATES.find((known) => known === text(row, "state"));
  if (state === undefined) throw new TypeError("not a webhook this product wrote");
  return {
    org: text(row, "org"),
    id: text(row, "id"),
    url: text(row, "url"),
    state,
    generation: number(row, "generation"),
    rotatedAt: numberOrNull(row, "rotated_at"),
    createdAt: number(row, "created_at"),
    verifiedAt: numberOrNull(row, "verified_at"),
    failingSince: numberOrNull(row, "failing_since"),
    lastFault: textOrNull(row, "last_fault"),
  };
}

/** Adds one where the organisation has fewer than `most`, and none with this address. */
export function insertWebhook(
  { org, id, url, now }: { org: string; id: string; url: string; now: number },
  most: number,
): Statement {
  return {
    sql: `INSERT INTO webhook (org, id, url, state, created_at)
          SELECT ?1, ?2, ?3, 'pending', ?4 WHERE (SELECT count(*) FROM webhook WHERE org = ?1) < ?5
          ON CONFLICT (org, url) DO NOTHING`,
    args: [org, id, url, now, most],
  };
}

export function activate(org: string, id: string, now: number): Statement {
  return {
    sql: `UPDATE webhook SET state = 'active', verified_at = ?3, failing_since = NULL, last_fault = NULL
          WHERE org = ?1 AND id = ?2`,
    args: [org, id, now],
  };
}

export function rotate(org: string, id: string, generation: number, now: number): Statement {
  return {
    sql: `UPDATE webhook SET generation = generation + 1, rotated_at = ?4
          WHERE org = ?1 AND id = ?2 AND generation = ?3`,
    args: [org, id, generation, now],
  };
}

export function deleteWebhook(org: string, id: string): Statement[] {
  return [
    { sql: "DELETE FROM webhook_delivery WHERE org = ?1 AND webhook = ?2", args: [org, id] },
    { sql: "DELETE FROM webhook WHERE org = ?1 AND id = ?2", args: [org, id] },
  ];
}

/** One event on its way to one webhook. */
export interface Delivery {
  readonly event: string;
  readonly body: string;
  readonly state: (typeof DELIVERY_STATES)[number];
  readonly attempts: number;
  readonly dueAt: number;
  readonly createdAt: number;
  readonly doneAt: number | null;
  readonly lastFault: string | null;
}

export function deliveriesOf(org: string, webhook: string, limit: number): Statement {
  return {
    sql: `SELECT event, body, state, attempts, due_at, created_at, done_at, last_fault FROM webhook_delivery
          WHERE org = ?1 AND webhook = ?2 ORDER BY created_at DESC, event LIMIT ?3`,
    args: [org, webhook, limit],
  };
}

export function readDeliveries(result: ResultSet | undefined): Delivery[] {
  return (result?.rows ?? []).map(deliveryOf);
}

function deliveryOf(row: Row): Delivery {
  const state = DELIVERY_STATES.find((known) => known === text(row, "state"));
  if (state === undefined) throw new TypeError("not a delivery this product wrote");
  return {
    event: text(row, "event"),
    body: text(row, "body"),
    state,
    attempts: number(row, "attempts"),
    dueAt: number(row, "due_at"),
    createdAt: number(row, "created_at"),
    doneAt: numberOrNull(row, "done_at"),
    lastFault: textOrNull(row, "last_fault"),
  };
}

export function insertDelivery(
  { org, id }: Pick<Webhook, "org" | "id">,
  { event, body, now }: { event: string; body: string; now: number },
): Statement {
  return {
    sql: `INSERT INTO webhook_delivery (org, webhook, event, body, state, due_at, created_at)
          VALUES (?1, ?2, ?3, ?4, 'due', ?5, ?5) ON CONFLICT (org, webhook, event) DO NOTHING`,
    args: [org, id, event, body, now],
  };
}

/** A delivery that was claimed. */
export interface Claimed extends Delivery {
  readonly org: string;
  readonly webhook: string;
}

/** Takes what is due, of all organisations: until `leaseUntil` nobody else takes it. */
export function claimDue(now: number, leaseUntil: number, limit: number): Statement {
  return {
    sql: `UPDATE webhook_delivery SET due_at = ?2, attempts = attempts + 1
          WHERE (org, webhook, event) IN (
            SELECT d.org, d.webhook, d.event FROM webhook_delivery d
            JOIN webhook w ON w.org = d.org AND w.id = d.webhook
            WHERE d.state = 'due' AND d.due_at <= ?1 AND w.state = 'active' ORDER BY d.due_at LIMIT ?3)
          RETURNING org, webhook, event, body, state, attempts, due_at, created_at, done_at, last_fault`,
    args: [now, leaseUntil, limit],
  };
}

/** When the first delivery is due that an active webhook waits for, a claimed one at the end of its lease. */
export function nextDelivery(): Statement {
  return {
    sql: `SELECT d.due_at FROM webhook_delivery d JOIN webhook w ON w.org = d.org AND w.id = d.webhook
          WHERE d.state = 'due' AND w.state = 'active' ORDER BY d.due_at LIMIT 1`,
    args: [],
  };
}

export function readNextDelivery(result: ResultSet | undefined): number | null {
  const row = result?.rows[0];
  return row === undefined ? null : number(row, "due_at");
}

export function readClaimed(result: ResultSet | undefined): Claimed[] {
  return (result?.rows ?? []).map((row) => ({
    ...deliveryOf(row),
    org: text(row, "org"),
    webhook: text(row, "webhook"),
  }));
}

export function webhooksByKey(keys: readonly Pick<Claimed, "org" | "webhook">[]): Statement {
  return {
    sql: `SELECT ${COLUMNS} FROM webhook w WHERE (w.org, w.id) IN (SELECT value->>0, value->>1 FROM json_each(?1))`,
    args: [JSON.stringify(keys.map(({ org, webhook }) => [org, webhook]))],
  };
}

/** It was taken: the webhook is well again. */
export function delivered({ org, webhook, event }: Claimed, now: number): Statement[] {
  return [
    {
      sql: `UPDATE webhook_delivery SET state = 'delivered', done_at = ?4, last_fault = NULL
            WHERE org = ?1 AND webhook = ?2 AND event = ?3`,
      args: [org, webhook, event, now],
    },
    {
      sql: "UPDATE webhook SET failing_since = NULL, last_fault = NULL WHERE org = ?1 AND id = ?2",
      args: [org, webhook],
    },
  ];
}

/** It was not taken. @param again UTC milliseconds of the next attempt; null when that was the last one */
export function notDelivered(
  { org, webhook, event }: Claimed,
  { fault, again, now, gone }: { fault: string; again: number | null; now: number; gone: boolean },
): Statement[] {
  return [
    {
      sql: `UPDATE webhook_delivery SET state = CASE WHEN ?4 IS NULL THEN 'dead' ELSE 'due' END,
              due_at = coalesce(?4, due_at), done_at = CASE WHEN ?4 IS NULL THEN ?5 END, last_fault = ?6
            WHERE org = ?1 AND webhook = ?2 AND event = ?3`,
      args: [org, webhook, event, again, now, fault],
    },
    {
      sql: `UPDATE webhook SET failing_since = coalesce(failing_since, ?3), last_fault = ?4,
              state = CASE WHEN ?5 THEN 'dead' ELSE state END
            WHERE org = ?1 AND id = ?2`,
      args: [org, webhook, now, fault, gone || again === null],
    },
  ];
}

/** A delivery that was given up, or waits, is due now and has all its attempts again. */
export function retryDelivery(org: string, webhook: string, event: string, now: number): Statement {
  return {
    sql: `UPDATE webhook_delivery SET state = 'due', attempts = 0, due_at = ?4, done_at = NULL
          WHERE org = ?1 AND webhook = ?2 AND event = ?3 AND state <> 'delivered'`,
    args: [org, webhook, event, now],
  };
}

/** What happened to a version, as webhooks are told of it. */
export const EVENT_TYPES = ["policy.scheduled", "policy.cancelled", "policy.in_force"] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export interface UntoldEvent {
  readonly org: string;
  readonly webhook: string;
  readonly type: EventType;
  readonly policy: string;
  readonly version: string;
  /** UTC milliseconds. */
  readonly at: number;
  readonly event: string;
}

/**
 * Events since `since` that an active webhook has not been given yet. One that is added later also hears of
 * what is still to come. Imports are no news.
 */
export function untoldEvents(now: number, since: number, limit: number): Statement {
  return {
    sql: `SELECT e.org, w.id AS webhook, e.type, e.policy, e.version, e.at, e.event FROM (
            SELECT org, policy, version, 'policy.scheduled' AS type, noticed_at AS at,
              'scheduled/' || policy || '/' || version AS event,
              effective_at > ?1 AND cancelled_at IS NULL AS open
            FROM policy_version WHERE noticed_at <= ?1 AND imported_at IS NULL
            UNION ALL
            SELECT org, policy, version, 'policy.cancelled', cancelled_at, 'cancelled/' || policy || '/' || version, 0
            FROM policy_version WHERE cancelled_at <= ?1
            UNION ALL
            SELECT org, policy, version, 'policy.in_force', effective_at, 'in_force/' || policy || '/' || version, 0
            FROM policy_version WHERE effective_at <= ?1 AND noticed_at <= ?1 AND cancelled_at IS NULL AND imported_at IS NULL) e
          JOIN webhook w ON w.org = e.org AND w.state = 'active'
            AND ((e.at >= w.created_at AND e.at >= ?2) OR e.open)
          WHERE NOT EXISTS (SELECT 1 FROM webhook_delivery d
            WHERE d.org = e.org AND d.webhook = w.id AND d.event = e.event)
          ORDER BY e.at LIMIT ?3`,
    args: [now, since, limit],
  };
}

export function readUntoldEvents(result: ResultSet | undefined): UntoldEvent[] {
  return (result?.rows ?? []).map((row) => {
    const type = EVENT_TYPES.find((known) => known === text(row, "type"));
    if (type === undefined) throw new TypeError("not an event this product knows");
    return {
      org: text(row, "org"),
      webhook: text(row, "webhook"),
      type,
      policy: text(row, "policy"),
      version: text(row, "version"),
      at: number(row, "at"),
      event: text(row, "event"),
    };
  });
}
