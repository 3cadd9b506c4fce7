import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { bytesOrNull, number, numberOrNull, text, textOrNull } from "../../../db/rows.ts";
import { isSubscription, stillConfirmed } from "../subscriptions/confirmed-addresses.ts";
import { FURTHEST, MOST_ATTEMPTS } from "./back-off.ts";
import { OUTBOX_STATES, type OutboxState } from "./states.ts";

/** The SQL of the outbox rows: in, claimed, sent. Its questions go over all organisations: they are the postman's. */

/** A letter as it waits; `sealed` is what `seal` made of its words. */
export interface NewLetter {
  readonly org: string;
  readonly id: string;
  readonly occasion: string;
  readonly person: string;
  readonly address: string;
  readonly domain: string;
  readonly language: string;
  readonly sealed: Uint8Array;
  /** UTC milliseconds. */
  readonly now: number;
}

export function insertLetter(letter: NewLetter): Statement {
  const { org, id, occasion, person, address, domain, language, sealed, now } = letter;
  return {
    sql: `INSERT INTO outbox (org, id, occasion, person, address, domain, language, state, due_at, created_at, letter)
          VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'queued', ?8, ?8, ?9)
          ON CONFLICT (org, occasion, address) DO NOTHING`,
    args: [org, id, occasion, person, address, domain, language, now, sealed],
  };
}

export interface RowKey {
  readonly org: string;
  readonly id: string;
}

/** What is due, or was put further ahead than anything is planned: by a clock that has gone back since. */
export function dueRows(now: number, limit: number): Statement {
  return {
    sql: `SELECT * FROM (
            SELECT * FROM (SELECT org, id, domain, due_at, paced FROM outbox WHERE state = 'queued' AND due_at <= ?1
                           ORDER BY due_at LIMIT ?3)
            UNION ALL
            SELECT * FROM (SELECT org, id, domain, due_at, paced FROM outbox WHERE state = 'queued' AND due_at > ?2 LIMIT ?3)
          ) ORDER BY due_at LIMIT ?3`,
    args: [now, now + FURTHEST, limit],
  };
}

export interface DueRow extends RowKey {
  readonly domain: string;
  /** UTC milliseconds. */
  readonly dueAt: number;
  /** That moment is a place kept for it among the letters to its domain. */
  readonly paced: boolean;
}

export function readDueRows(result: ResultSet | undefined): DueRow[] {
  return (result?.rows ?? []).map((row) => ({
    org: text(row, "org"),
    id: text(row, "id"),
    domain: text(row, "domain"),
    dueAt: number(row, "due_at"),
    paced: number(row, "paced") === 1,
  }));
}

/** A row that this postman alone may send while its lease lasts. */
export interface ClaimedRow extends RowKey {
  readonly occasion: string;
  readonly person: string;
  readonly address: string;
  readonly language: string;
  /** Made so far. */
  readonly attempts: number;
  readonly letter: Uint8Array | null;
}

/** SQL conditions on a row: what it tells of was called off; its reader is not, or no longer, on the list. */
const CALLED_OFF = `EXISTS (SELECT 1 FROM mail_occasion o
  WHERE o.org = outbox.org AND o.id = outbox.occasion AND o.withdrawn_at IS NOT NULL)`;
const LEFT = `(letter IS NULL AND ${isSubscription("person")}
  AND NOT ${stillConfirmed("outbox.org", "outbox.person")})`;

/**
 * Claims these rows as far as they are still queued; before that it takes out whoever is not to be written
 * to any more. The last statement answers the claimed rows.
 */
export function claimRows(
  keys: readonly RowKey[],
  claim: string,
  leaseUntil: number,
  now: number,
): Statement[] {
  const these = `(org, id) IN (SELECT value->>0, value->>1 FROM json_each(?1)) AND state = 'queued'`;
  const list = listOf(keys);
  return [
    {
      sql: `UPDATE outbox SET state = 'withdrawn', done_at = ?2, letter = NULL,
              answer = CASE WHEN ${CALLED_OFF} THEN 'called off before it was sent'
                            WHEN ${LEFT} THEN 'left the list before it was sent' ELSE answer END
            WHERE ${these} AND (address IS NULL OR ${CALLED_OFF} OR ${LEFT})`,
      args: [list, now],
    },
    {
      sql: `UPDATE outbox SET state = 'suppressed', done_at = ?2, letter = NULL WHERE ${these}
              AND EXISTS (SELECT 1 FROM mail_suppression s WHERE s.org = outbox.org AND s.address = outbox.address)`,
      args: [list, now],
    },
    {
      sql: `UPDATE outbox SET state = 'claimed', claim = ?2, lease_until = ?3 WHERE ${these}
            RETURNING org, id, occasion, person, address, language, attempts, letter`,
      args: [list, claim, leaseUntil],
    },
  ];
}

export function readClaimedRows(result: ResultSet | undefined): ClaimedRow[] {
  return (result?.rows ?? []).map((row) => ({
    org: text(row, "org"),
    id: text(row, "id"),
    occasion: text(row, "occasion"),
    person: text(row, "person"),
    address: text(row, "address"),
    language: text(row, "language"),
    attempts: number(row, "attempts"),
    letter: bytesOrNull(row, "letter"),
  }));
}

export type PostponedRow = RowKey & Pick<DueRow, "dueAt" | "paced">;

/** Letters that may not go yet, for the sake of their domain. */
export function postponeRows(rows: readonly PostponedRow[]): Statement {
  return {
    sql: `UPDATE outbox SET due_at = p.value->>2, paced = p.value->>3 FROM json_each(?1) AS p
          WHERE outbox.org = p.value->>0 AND outbox.id = p.value->>1 AND outbox.state = 'queued'`,
    args: [JSON.stringify(rows.map(({ org, id, dueAt, paced }) => [org, id, dueAt, paced ? 1 : 0]))],
  };
}

/**
 * Says that these letters now go out. Answers the keys of those that may: still claimed by `claim`, and
 * what they tell of not called off, to somebody who has not left meanwhile. Run again it answers the same; what may
 * not go is given back, and the next claim says why.
 */
export function beginRows(keys: readonly RowKey[], claim: string, leaseUntil: number): Statement {
  return {
    sql: `UPDATE outbox SET begun = 1, lease_until = ?3
          WHERE (org, id) IN (SELECT value->>0, value->>1 FROM json_each(?1)) AND state = 'claimed' AND claim = ?2
            AND NOT ${CALLED_OFF} AND NOT ${LEFT}
          RETURNING org, id`,
    args: [listOf(keys), claim, leaseUntil],
  };
}

export function readKeys(result: ResultSet | undefined): RowKey[] {
  return (result?.rows ?? []).map((row) => ({ org: text(row, "org"), id: text(row, "id") }));
}

/** How an attempt ended. */
export interface EndedRow extends RowKey {
  readonly state: "accepted" | "bounced" | "refused" | "dead" | "queued";
  readonly answer: string;
  /** Of a queued one: when it is tried again. */
  readonly dueAt: number | null;
  /** It may have been accepted all the same. */
  readonly unsure: boolean;
}

/**
 * Writes down how attempts ended. A lease that ran out meanwhile takes nothing from what a server accepted:
 * the row is not sent again if nobody has begun to.
 */
export function endRows(rows: readonly EndedRow[], claim: string, now: number): Statement[] {
  const values = rows.map(({ org, id, state, answer, dueAt, unsure }) => [
    org,
    id,
    state,
    answer,
    dueAt,
    unsure ? 1 : 0,
  ]);
  const ended = JSON.stringify(values);
  const outcome: Statement[] = [
    {
      sql: `UPDATE outbox SET state = e.value->>2, answer = e.value->>3, due_at = coalesce(e.value->>4, due_at), paced = 0,
              unsure = unsure + (e.value->>5), attempts = attempts + 1, claim = NULL, lease_until = NULL, begun = 0,
              done_at = CASE WHEN e.value->>2 = 'queued' THEN NULL ELSE ?3 END,
              letter = CASE WHEN e.value->>2 IN ('accepted', 'bounced') THEN NULL ELSE letter END
            FROM json_each(?1) AS e
            WHERE outbox.org = e.value->>0 AND outbox.id = e.value->>1
              AND (outbox.claim = ?2 OR (e.value->>2 = 'accepted' AND outbox.state <> 'accepted' AND outbox.begun = 0))`,
      args: [ended, claim, now],
    },
  ];
  if (rows.some(({ state }) => state === "bounced")) outcome.push(suppressBounced(ended, now));
  return outcome;
}

function suppressBounced(ended: string, now: number): Statement {
  return {
    sql: `INSERT INTO mail_suppression (org, address, since, answer)
          SELECT o.org, o.address, ?2, coalesce(o.answer, '') FROM json_each(?1) AS e
          JOIN outbox o ON o.org = e.value->>0 AND o.id = e.value->>1
          WHERE e.value->>2 = 'bounced' AND o.state = 'bounced' AND o.address IS NOT NULL
          ON CONFLICT (org, address) DO NOTHING`,
    args: [ended, now],
  };
}

/**
 * Leases that ran out: their postman is gone. What it had begun may have arrived; too often, and it waits
 * for a person. A lease that ends later than any could was given by a clock that has gone back since.
 */
export function releaseLeases(now: number, longestLease: number): Statement {
  return {
    sql: `UPDATE outbox SET
            state = CASE WHEN begun = 1 AND attempts + 1 >= ?3 THEN 'dead' ELSE 'queued' END,
            done_at = CASE WHEN begun = 1 AND attempts + 1 >= ?3 THEN ?1 END,
            answer = CASE WHEN begun = 1 THEN 'the sender broke off' ELSE answer END,
            unsure = unsure + begun, attempts = attempts + begun, begun = 0, claim = NULL, lease_until = NULL
          WHERE state = 'claimed' AND (lease_until <= ?1 OR lease_until > ?1 + ?2)`,
    args: [now, 2 * longestLease, MOST_ATTEMPTS],
  };
}

/** Gives rows back that were claimed and not begun. */
export function unclaimRows(claim: string): Statement {
  return {
    sql: `UPDATE outbox SET state = 'queued', claim = NULL, lease_until = NULL
          WHERE state = 'claimed' AND claim = ?1 AND begun = 0`,
    args: [claim],
  };
}

/** What waits for something that was called off; chunk by chunk. */
export function withdrawRows(now: number, limit: number): Statement {
  return {
    sql: `UPDATE outbox SET state = 'withdrawn', done_at = ?1, letter = NULL,
            answer = 'called off before it was sent' WHERE (org, id) IN (
            SELECT o.org, o.id FROM mail_occasion w JOIN outbox o ON o.org = w.org AND o.occasion = w.id
            WHERE w.withdrawn_at > ?1 - 86400000 AND o.state = 'queued' LIMIT ?2)`,
    args: [now, limit],
  };
}

/** When the postman has to come again (UTC milliseconds): null where nothing waits. */
export function nextDue(): Statement {
  return {
    sql: `SELECT min(at) AS at FROM (
            SELECT min(due_at) AS at FROM outbox WHERE state = 'queued'
            UNION ALL SELECT min(lease_until) FROM outbox WHERE state = 'claimed'
            UNION ALL SELECT min(created_at) FROM mail_occasion WHERE phase <> 'done' AND withdrawn_at IS NULL)`,
    args: [],
  };
}

export function readNextDue(result: ResultSet | undefined): number | null {
  const row = result?.rows[0];
  return row === undefined ? null : numberOrNull(row, "at");
}

/** Addresses are kept so long after a letter came to its end, for questions about it; then only the fact. */
export function forgetAddresses(before: number, limit: number): Statement {
  return {
    sql: `UPDATE outbox SET address = NULL, letter = NULL WHERE (org, id) IN (
            SELECT org, id FROM outbox WHERE done_at <= ?1 AND address IS NOT NULL LIMIT ?2)`,
    args: [before, limit],
  };
}

function listOf(keys: readonly RowKey[]): string {
  return JSON.stringify(keys.map(({ org, id }) => [org, id]));
}

/** One line of the outbox for those who run it. */
export interface OutboxLine {
  readonly id: string;
  readonly occasion: string;
  readonly person: string;
  readonly address: string | null;
  readonly language: string;
  readonly state: string;
  readonly attempts: number;
  readonly unsure: number;
  readonly answer: string | null;
  /** UTC milliseconds. */
  readonly createdAt: number;
  readonly dueAt: number;
  readonly doneAt: number | null;
}

const LINE =
  "id, occasion, person, address, language, state, attempts, unsure, answer, created_at, due_at, done_at";

/** The newest first. `cursor` is where the page before ended. */
export function listOutbox(wanted: {
  readonly org: string;
  readonly state: OutboxState | null;
  readonly occasion: string | null;
  readonly cursor: { readonly createdAt: number; readonly id: string } | null;
  readonly limit: number;
}): Statement {
  const { org, state, occasion, cursor, limit } = wanted;
  const of = occasion === null ? "" : "AND occasion = ?5";
  const newest = "ORDER BY created_at DESC, id DESC LIMIT ?4";
  // From the newest of each state, so that a page is read from an index however many there are.
  const pages = OUTBOX_STATES.filter((one) => state === null || one === state).map(
    (one) => `SELECT * FROM (SELECT ${LINE} FROM outbox WHERE org = ?1 AND state = '${one}' ${of}
      AND (created_at, id) < (?2, ?3) ${newest})`,
  );
  return {
    sql: `SELECT * FROM (${pages.join(" UNION ALL ")}) ${newest}`,
    args: [
      org,
      cursor?.createdAt ?? Number.MAX_SAFE_INTEGER,
      cursor?.id ?? "",
      limit,
      ...(occasion === null ? [] : [occasion]),
    ],
  };
}

export function outboxLine(org: string, id: string): Statement {
  return { sql: `SELECT ${LINE} FROM outbox WHERE org = ?1 AND id = ?2`, args: [org, id] };
}

export function readOutboxLines(result: ResultSet | undefined): OutboxLine[] {
  return (result?.rows ?? []).map((row) => ({
    id: text(row, "id"),
    occasion: text(row, "occasion"),
    person: text(row, "person"),
    address: textOrNull(row, "address"),
    language: text(row, "language"),
    state: text(row, "state"),
    attempts: number(row, "attempts"),
    unsure: number(row, "unsure"),
    answer: textOrNull(row, "answer"),
    createdAt: number(row, "created_at"),
    dueAt: number(row, "due_at"),
    doneAt: numberOrNull(row, "done_at"),
  }));
}

/** How many rows of an organisation are in which state; nobody is kept waiting to count more than this many. */
const COUNTED = 10_000;

export function countOutbox(org: string): Statement {
  const counts = OUTBOX_STATES.map(
    (state) => `SELECT '${state}' AS state, count(*) AS n
      FROM (SELECT 1 FROM outbox WHERE org = ?1 AND state = '${state}' LIMIT ?2)`,
  );
  return { sql: `SELECT * FROM (${counts.join(" UNION ALL ")}) WHERE n > 0`, args: [org, COUNTED] };
}

export function readOutboxCounts(result: ResultSet | undefined): Record<string, number> {
  return Object.fromEntries((result?.rows ?? []).map((row) => [text(row, "state"), number(row, "n")]));
}

/** Puts a letter that a person gave another chance back in the queue; its attempts begin anew. */
export function requeueRow(org: string, id: string, now: number): Statement {
  return {
    sql: `UPDATE outbox SET state = 'queued', due_at = ?3, paced = 0, attempts = 0, done_at = NULL
          WHERE org = ?1 AND id = ?2 AND state IN ('dead', 'refused', 'suppressed', 'bounced') AND address IS NOT NULL
            AND (letter IS NOT NULL OR EXISTS (SELECT 1 FROM mail_occasion o WHERE o.org = ?1 AND o.id = outbox.occasion))`,
    args: [org, id, now],
  };
}

/** A line for the audit log where the letter is one that can be sent again. */
export function auditRequeue(org: string, id: string, actor: string, now: number): Statement {
  return {
    sql: `INSERT INTO audit_log (id, org, at, actor, action, target)
          SELECT ?3, ?1, ?4, ?5, 'outbox.retry', ?2 FROM outbox
          WHERE org = ?1 AND id = ?2 AND state IN ('dead', 'refused', 'suppressed', 'bounced') AND address IS NOT NULL
            AND (letter IS NOT NULL OR EXISTS (SELECT 1 FROM mail_occasion o WHERE o.org = ?1 AND o.id = outbox.occasion))`,
    args: [org, id, `aud_${crypto.randomUUID()}`, now, actor],
  };
}
