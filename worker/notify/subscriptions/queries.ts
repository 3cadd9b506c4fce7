import type { ResultSet, Row } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { bytesOrNull, numberOrNull, text } from "../../../db/rows.ts";
import { ASK_AGAIN_MS, LISTS, type List, MOST_ASKED, TOKEN_MS } from "./subscription.ts";
import type { SubscriptionKey } from "./tokens.ts";

export type SubscriptionState = "pending" | "confirmed" | "withdrawn";

/** One address on one list of one organisation. Times are UTC milliseconds. */
export interface Subscription extends SubscriptionKey {
  readonly list: List;
  readonly language: string;
  readonly state: SubscriptionState;
  readonly tokenSha256: Uint8Array | null;
  readonly tokenUntil: number | null;
  readonly confirmedAt: number | null;
  readonly withdrawnAt: number | null;
}

export interface Asked extends SubscriptionKey {
  readonly list: List;
  readonly email: string;
  readonly language: string;
  readonly tokenSha256: Uint8Array;
  readonly now: number;
}

/**
 * Adds a pending row, or gives one that is pending a new token. Answers the row's id where a mail is due;
 * nothing where the address is confirmed, or was written to just now or often enough, or the organisation
 * is unknown.
 */
export function askToConfirm(asked: Asked): Statement {
  const { org, id, list, email, language, tokenSha256, now } = asked;
  return {
    sql: `INSERT INTO subscription
            (org, id, list, email, language, state, token_sha256, token_until, asked_at, asked, created_at)
          SELECT ?1, ?2, ?3, ?4, ?5, 'pending', ?6, ?7, ?8, 1, ?8 FROM organization WHERE organization.id = ?1
          ON CONFLICT (org, list, email) WHERE email IS NOT NULL DO UPDATE SET
            language = excluded.language, token_sha256 = excluded.token_sha256,
            token_until = excluded.token_until, asked_at = excluded.asked_at, asked = asked + 1
          WHERE state = 'pending' AND asked < ?9 AND asked_at <= ?8 - ?10
          RETURNING id`,
    args: [org, id, list, email, language, tokenSha256, now + TOKEN_MS, now, MOST_ASKED, ASK_AGAIN_MS],
  };
}

export function readAskedId(result: ResultSet | undefined): string | null {
  const row = result?.rows[0];
  return row === undefined ? null : text(row, "id");
}

export function subscriptionByKey({ org, id }: SubscriptionKey): Statement {
  return {
    sql: `SELECT org, id, list, language, state, token_sha256, token_until, confirmed_at, withdrawn_at
          FROM subscription WHERE org = ?1 AND id = ?2`,
    args: [org, id],
  };
}

export function readSubscription(result: ResultSet | undefined): Subscription | null {
  const row = result?.rows[0];
  return row === undefined ? null : subscriptionOf(row);
}

export function confirm({ org, id }: SubscriptionKey, tokenSha256: Uint8Array, now: number): Statement {
  return {
    sql: `UPDATE subscription SET state = 'confirmed', confirmed_at = ?4
          WHERE org = ?1 AND id = ?2 AND token_sha256 = ?3 AND token_until > ?4 AND state = 'pending'`,
    args: [org, id, tokenSha256, now],
  };
}

/** Ends a subscription: the address goes in the same moment. One that was never confirmed goes as a whole. */
export function withdraw({ org, id }: SubscriptionKey, now: number): Statement[] {
  return [
    {
      sql: `UPDATE subscription SET state = 'withdrawn', email = NULL, token_sha256 = NULL, withdrawn_at = ?3
            WHERE org = ?1 AND id = ?2 AND state = 'confirmed'`,
      args: [org, id, now],
    },
    { sql: "DELETE FROM subscription WHERE org = ?1 AND id = ?2 AND state = 'pending'", args: [org, id] },
  ];
}

/** Subscriptions, of all organisations, whose joining or leaving is not in their log yet. */
export interface Unrecorded extends Subscription {
  readonly log: string;
  readonly confirmedIdx: number | null;
}

export function unrecorded(limit: number, only: SubscriptionKey | null = null): Statement {
  return {
    sql: `SELECT org, id, list, language, state, token_sha256, token_until, confirmed_at, withdrawn_at, confirmed_idx, log
          FROM (SELECT s.*, (SELECT log FROM log WHERE log.org = s.org ORDER BY created_at, log LIMIT 1) AS log
                FROM subscription s
                WHERE ((state <> 'pending' AND confirmed_idx IS NULL) OR (state = 'withdrawn' AND withdrawn_idx IS NULL))
                  AND (?2 IS NULL OR (org = ?2 AND id = ?3)))
          WHERE log IS NOT NULL LIMIT ?1`,
    args: [limit, only?.org ?? null, only?.id ?? null],
  };
}

export function readUnrecorded(result: ResultSet | undefined): Unrecorded[] {
  return (result?.rows ?? []).map((row) => ({
    ...subscriptionOf(row),
    log: text(row, "log"),
    confirmedIdx: numberOrNull(row, "confirmed_idx"),
  }));
}

export function storePlaces(
  { org, id }: SubscriptionKey,
  confirmedIdx: number,
  withdrawnIdx: number | null,
): Statement {
  return {
    sql: `UPDATE subscription SET confirmed_idx = ?3, withdrawn_idx = coalesce(?4, withdrawn_idx)
          WHERE org = ?1 AND id = ?2`,
    args: [org, id, confirmedIdx, withdrawnIdx],
  };
}

function subscriptionOf(row: Row): Subscription {
  const list = LISTS.find((known) => known === text(row, "list"));
  const state = (["pending", "confirmed", "withdrawn"] as const).find(
    (known) => known === text(row, "state"),
  );
  if (list === undefined || state === undefined) throw new TypeError("not a subscription this product wrote");
  return {
    org: text(row, "org"),
    id: text(row, "id"),
    list,
    language: text(row, "language"),
    state,
    tokenSha256: bytesOrNull(row, "token_sha256"),
    tokenUntil: numberOrNull(row, "token_until"),
    confirmedAt: numberOrNull(row, "confirmed_at"),
    withdrawnAt: numberOrNull(row, "withdrawn_at"),
  };
}
