import type { Database } from "../../../db/client.ts";
import { number, numberOrNull, text } from "../../../db/rows.ts";
import { auditEntry } from "../../accounts/audit.ts";
import { formatInstant } from "../../http/fields.ts";
import { type AddressKey, keptOf, object } from "./queries.ts";

/** Letters and records in one answer. */
const MOST = 1000;

/**
 * Everything that is kept of an address, with records and salts, which open the leaves of the log. Who asked for it
 * is in the audit log, the address is not.
 * @param now UTC milliseconds
 */
export async function readKept(database: Database, key: AddressKey, actor: string, now: number) {
  const [subscriptions, records, letters, suppressed] = await database.write([
    ...keptOf(key, MOST),
    auditLine(key, actor, "rights.access", now),
  ]);
  const at = (ms: number | null) => (ms === null ? null : formatInstant(ms));
  const [suppression] = suppressed?.rows ?? [];
  return {
    subscriptions: (subscriptions?.rows ?? []).map((row) => ({
      id: text(row, "id"),
      list: text(row, "list"),
      language: text(row, "language"),
      state: text(row, "state"),
      asked_at: formatInstant(number(row, "created_at")),
      confirmed_at: at(numberOrNull(row, "confirmed_at")),
    })),
    records: (records?.rows ?? []).map((row) => ({
      subject: text(row, "subject"),
      log: text(row, "log"),
      index: number(row, "idx"),
      record: text(row, "record"),
      salt: text(row, "salt").toLowerCase(),
      receipt: `/log/${text(row, "log")}/receipt/${number(row, "idx")}.tlog-proof`,
    })),
    letters: (letters?.rows ?? []).map((row) => ({
      id: text(row, "id"),
      occasion: text(row, "occasion"),
      state: text(row, "state"),
      created_at: formatInstant(number(row, "created_at")),
      done_at: at(numberOrNull(row, "done_at")),
    })),
    suppression:
      suppression === undefined
        ? null
        : { since: formatInstant(number(suppression, "since")), answer: text(suppression, "answer") },
  };
}

/**
 * Whoever objects is on no list any more and is not written to at all, until somebody lifts the suppression.
 * @returns how many lists it was on, or was about to be
 */
export async function objectToMail(
  database: Database,
  key: AddressKey,
  actor: string,
  now: number,
): Promise<number> {
  const [left, dropped] = await database.write([
    ...object(key, now),
    auditLine(key, actor, "rights.objection", now),
  ]);
  return (left?.rowsAffected ?? 0) + (dropped?.rowsAffected ?? 0);
}

function auditLine({ org, address }: AddressKey, actor: string, action: string, now: number) {
  const target = address.slice(address.indexOf("@"));
  return auditEntry({ id: `aud_${crypto.randomUUID()}`, org, at: now, actor, action, target });
}
