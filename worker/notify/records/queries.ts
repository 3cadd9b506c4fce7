import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { bytesOrNull, number, text, textOrNull } from "../../../db/rows.ts";
import { type PersonalRecord, recordKey, subjectOf } from "./record.ts";

/** A record as it stands; `record` and `salt` are null once erased. */
export interface StoredRecord {
  readonly log: string;
  readonly index: number;
  readonly record: string | null;
  readonly salt: Uint8Array | null;
}

/** The records that are there already for these, with their place among them as `n`. */
export function recordsFor(records: readonly PersonalRecord[]): Statement {
  const keys = records.map((record) => [record.org, record.kind, recordKey(record)]);
  return {
    sql: `SELECT asked.key AS n, r.log, r.idx, r.record, r.salt
          FROM json_each(?1) AS asked JOIN personal_record r
            ON r.org = asked.value->>0 AND r.kind = asked.value->>1 AND r.key = asked.value->>2`,
    args: [JSON.stringify(keys)],
  };
}

export function readRecordsFor(result: ResultSet | undefined): Map<number, StoredRecord> {
  return new Map(
    (result?.rows ?? []).map((row) => [
      number(row, "n"),
      {
        log: text(row, "log"),
        index: number(row, "idx"),
        record: textOrNull(row, "record"),
        salt: bytesOrNull(row, "salt"),
      },
    ]),
  );
}

/** A new record with its place in the log. */
export interface SealedRow {
  readonly record: PersonalRecord;
  readonly index: number;
  /** RFC 8785 text. */
  readonly text: string;
  readonly salt: Uint8Array;
  /** UTC milliseconds. */
  readonly at: number;
}

export function insertRecords(log: string, rows: readonly SealedRow[]): Statement {
  const values = rows.map(({ record, index, text: sealed, salt, at }) => [
    record.org,
    record.kind,
    recordKey(record),
    subjectOf(record),
    index,
    sealed,
    hex(salt),
    at,
  ]);
  return {
    sql: `INSERT INTO personal_record (org, kind, key, subject, log, idx, record, salt, at)
          SELECT value->>0, value->>1, value->>2, value->>3, ?1, value->>4, value->>5, unhex(value->>6), value->>7
          FROM json_each(?2)`,
    args: [log, JSON.stringify(values)],
  };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
