import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { number, numberOrNull, text, textOrNull } from "../../../db/rows.ts";
import { isSubscription } from "../subscriptions/confirmed-addresses.ts";

/** The SQL of what people may ask about an address that mail is sent to. */

/** Whose address; in lower case. */
export interface AddressKey {
  readonly org: string;
  readonly address: string;
}

const SUBSCRIPTIONS = "SELECT id FROM subscription WHERE org = ?1 AND email = ?2";

/** An account that is there still has the address: a suppression of it stays as it is. */
const NO_ACCOUNT = "NOT EXISTS (SELECT 1 FROM user u WHERE lower(u.email) = ?2)";

/** Forgets records and their salts: the leaves stay, and are about nobody. `subjects` selects whose. */
function forgetRecords(subjects: string, args: (string | number)[]): Statement {
  return {
    sql: `UPDATE personal_record SET record = NULL, salt = NULL
          WHERE org = ?1 AND record IS NOT NULL AND subject IN (${subjects})`,
    args,
  };
}

/** Begins an erasure: the lists forget the address at once, the outbox chunk by chunk. */
export function beginErasure(
  { org, address }: AddressKey,
  { id, digest, now }: { readonly id: string; readonly digest: Uint8Array; readonly now: number },
): Statement[] {
  return [
    {
      sql: `INSERT INTO address_erasure (org, id, address, total, created_at)
            SELECT ?1, ?3, ?2, count(*), ?4 FROM outbox WHERE org = ?1`,
      args: [org, address, id, now],
    },
    forgetRecords(SUBSCRIPTIONS, [org, address]),
    { sql: "DELETE FROM subscription WHERE org = ?1 AND email = ?2", args: [org, address] },
    {
      sql: `INSERT INTO mail_suppression_digest (org, digest, since)
            SELECT org, ?3, since FROM mail_suppression WHERE org = ?1 AND address = ?2 AND ${NO_ACCOUNT}
            ON CONFLICT (org, digest) DO NOTHING`,
      args: [org, address, digest],
    },
    {
      sql: `DELETE FROM mail_suppression WHERE org = ?1 AND address = ?2 AND ${NO_ACCOUNT}`,
      args: [org, address],
    },
  ];
}

/** An address that comes back is suppressed again if it was. */
export function recallSuppression({ org, address }: AddressKey, digest: Uint8Array): Statement[] {
  return [
    {
      sql: `INSERT INTO mail_suppression (org, address, since, answer)
            SELECT org, ?2, since, 'refused for good before it was erased' FROM mail_suppression_digest
            WHERE org = ?1 AND digest = ?3 ON CONFLICT (org, address) DO NOTHING`,
      args: [org, address, digest],
    },
    { sql: "DELETE FROM mail_suppression_digest WHERE org = ?1 AND digest = ?2", args: [org, digest] },
  ];
}

/** An erasure as it stands; `address` is null once nothing is left. Times are UTC milliseconds. */
export interface AddressErasure {
  readonly org: string;
  readonly id: string;
  readonly address: string | null;
  readonly after: string;
  readonly processed: number;
  readonly total: number;
  readonly createdAt: number;
  readonly finishedAt: number | null;
}

const ERASURE =
  "SELECT org, id, address, after, processed, total, created_at, finished_at FROM address_erasure";

export function erasureById(org: string, id: string): Statement {
  return { sql: `${ERASURE} WHERE org = ?1 AND id = ?2`, args: [org, id] };
}

/** Those that are not done, of all organisations. */
export function openErasures(limit: number): Statement {
  return { sql: `${ERASURE} WHERE address IS NOT NULL ORDER BY created_at LIMIT ?1`, args: [limit] };
}

export function readErasures(result: ResultSet | undefined): AddressErasure[] {
  return (result?.rows ?? []).map((row) => ({
    org: text(row, "org"),
    id: text(row, "id"),
    address: textOrNull(row, "address"),
    after: text(row, "after"),
    processed: number(row, "processed"),
    total: number(row, "total"),
    createdAt: number(row, "created_at"),
    finishedAt: numberOrNull(row, "finished_at"),
  }));
}

/** Where the next chunk of an organisation's outbox ends, and how many letters are in it. */
export function nextChunk(org: string, after: string, limit: number): Statement {
  return {
    sql: `SELECT max(id) AS until, count(*) AS n FROM (SELECT id FROM outbox WHERE org = ?1 AND id > ?2 ORDER BY id LIMIT ?3)`,
    args: [org, after, limit],
  };
}

export function readChunk(result: ResultSet | undefined): { until: string; n: number } | null {
  const row = result?.rows[0];
  const until = row === undefined ? null : textOrNull(row, "until");
  return row === undefined || until === null ? null : { until, n: number(row, "n") };
}

/**
 * Forgets the address in one chunk of the outbox, and the records of the subscriptions that it names. A letter
 * on its way is left for the next round. Nothing happens where the chunk was done before.
 */
export function eraseChunk(
  { org, id, address, after }: AddressErasure,
  until: string,
  n: number,
  now: number,
): Statement[] {
  const these = `org = ?1 AND id > ?3 AND id <= ?4 AND address = ?2 AND state <> 'claimed'
    AND EXISTS (SELECT 1 FROM address_erasure e WHERE e.org = ?1 AND e.id = ?5 AND e.after = ?3)`;
  const args = [org, address, after, until, id];
  return [
    forgetRecords(`SELECT person FROM outbox WHERE ${these} AND ${isSubscription("person")}`, [
      org,
      address ?? "",
      after,
      until,
      id,
    ]),
    {
      sql: `UPDATE outbox SET address = NULL, letter = NULL, done_at = coalesce(done_at, ?6),
              answer = CASE WHEN state = 'queued' THEN 'erased before it was sent'
                            WHEN instr(lower(answer), ?2) > 0 THEN NULL ELSE answer END,
              state = CASE WHEN state = 'queued' THEN 'withdrawn' ELSE state END
            WHERE ${these}`,
      args: [...args, now],
    },
    {
      sql: `UPDATE address_erasure SET after = ?4, processed = min(total, processed + ?5)
            WHERE org = ?1 AND id = ?2 AND after = ?3 AND address IS NOT NULL`,
      args: [org, id, after, until, n],
    },
  ];
}

/** The end of an erasure; where a letter was on its way meanwhile, the outbox is looked through again. */
export function endErasure({ org, id, address, after }: AddressErasure, now: number): Statement[] {
  const left = "EXISTS (SELECT 1 FROM outbox WHERE org = ?1 AND address = ?4)";
  return [
    {
      sql: `UPDATE address_erasure SET after = '' WHERE org = ?1 AND id = ?2 AND after = ?3 AND ${left}`,
      args: [org, id, after, address],
    },
    {
      sql: `UPDATE address_erasure SET address = NULL, finished_at = ?5, processed = total
            WHERE org = ?1 AND id = ?2 AND after = ?3 AND address IS NOT NULL AND NOT ${left}`,
      args: [org, id, after, address, now],
    },
  ];
}

/** Everything that is kept of an address, for `readKept`. */
export function keptOf({ org, address }: AddressKey, limit: number): Statement[] {
  const args = [org, address];
  return [
    {
      sql: `SELECT id, list, language, state, created_at, confirmed_at FROM subscription
            WHERE org = ?1 AND email = ?2 ORDER BY created_at, id`,
      args,
    },
    {
      sql: `SELECT subject, log, idx, record, hex(salt) AS salt FROM personal_record
            WHERE org = ?1 AND record IS NOT NULL AND subject IN (${SUBSCRIPTIONS}) ORDER BY log, idx LIMIT ?3`,
      args: [...args, limit],
    },
    {
      sql: `SELECT id, occasion, state, created_at, done_at FROM outbox
            WHERE org = ?1 AND address = ?2 AND person IN (${SUBSCRIPTIONS}
              UNION ALL SELECT u.id FROM user u WHERE lower(u.email) = ?2)
            ORDER BY created_at, id LIMIT ?3`,
      args: [...args, limit],
    },
    { sql: "SELECT since, answer FROM mail_suppression WHERE org = ?1 AND address = ?2", args },
  ];
}

/** Takes an address off every list, and keeps everything else from being sent to it. */
export function object({ org, address }: AddressKey, now: number): Statement[] {
  return [
    {
      sql: `UPDATE subscription SET state = 'withdrawn', email = NULL, token_sha256 = NULL, withdrawn_at = ?3
            WHERE org = ?1 AND email = ?2 AND state = 'confirmed'`,
      args: [org, address, now],
    },
    {
      sql: "DELETE FROM subscription WHERE org = ?1 AND email = ?2 AND state = 'pending'",
      args: [org, address],
    },
    {
      sql: `INSERT INTO mail_suppression (org, address, since, answer) VALUES (?1, ?2, ?3, 'objected to being written to')
            ON CONFLICT (org, address) DO NOTHING`,
      args: [org, address, now],
    },
  ];
}

/** Which withdrawals are past their time, a chunk of them. */
const PAST = `SELECT org, id FROM subscription WHERE state = 'withdrawn' AND withdrawn_at <= ?1
  AND withdrawn_idx IS NOT NULL ORDER BY withdrawn_at, org, id LIMIT ?2`;

/**
 * Drops a chunk of what is past its time, of all organisations: addresses that nobody confirmed, who left before
 * `before` with the proof of it, and acknowledgements from before it. Run until each changes fewer than `limit`.
 */
export function dropPast({
  now,
  before,
  limit,
}: {
  now: number;
  before: number;
  limit: number;
}): Statement[] {
  return [
    {
      sql: `DELETE FROM subscription WHERE (org, id) IN (
              SELECT org, id FROM subscription WHERE state = 'pending' AND token_until <= ?1 LIMIT ?2)`,
      args: [now, limit],
    },
    {
      sql: `UPDATE personal_record SET record = NULL, salt = NULL
            WHERE record IS NOT NULL AND (org, subject) IN (${PAST})`,
      args: [before, limit],
    },
    { sql: `DELETE FROM subscription WHERE (org, id) IN (${PAST})`, args: [before, limit] },
    {
      sql: `UPDATE personal_record SET record = NULL, salt = NULL WHERE rowid IN (
              SELECT r.rowid FROM personal_record r WHERE r.record IS NOT NULL AND r.at <= ?1
                AND NOT EXISTS (SELECT 1 FROM subscription s WHERE s.org = r.org AND s.id = r.subject
                                AND r.kind = 'subscription')
              LIMIT ?2)`,
      args: [before, limit],
    },
  ];
}
