import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { bytesOrNull, number, text, textOrNull } from "../../../db/rows.ts";
import type { StoredRecord } from "../records/queries.ts";

/** When a person acknowledged or was served versions of these organisations, by key of the record. */
export function acknowledgementsOf(orgs: readonly string[], person: string): Statement {
  return {
    sql: `SELECT org, key, at FROM personal_record
          WHERE org IN (SELECT value FROM json_each(?1)) AND subject = ?2 AND kind = 'acknowledgement'`,
    args: [JSON.stringify(orgs), person],
  };
}

/** UTC milliseconds by organisation and record key. */
export function readAcknowledgements(
  result: ResultSet | undefined,
): (org: string, key: string) => number | null {
  const at = new Map(
    (result?.rows ?? []).map((row) => [`${text(row, "org")} ${text(row, "key")}`, number(row, "at")]),
  );
  return (org, key) => at.get(`${org} ${key}`) ?? null;
}

export function acknowledgementByKey(org: string, key: string): Statement {
  return {
    sql: `SELECT log, idx, record, salt FROM personal_record
          WHERE org = ?1 AND kind = 'acknowledgement' AND key = ?2`,
    args: [org, key],
  };
}

export function readAcknowledgement(result: ResultSet | undefined): StoredRecord | null {
  const row = result?.rows[0];
  if (row === undefined) return null;
  return {
    log: text(row, "log"),
    index: number(row, "idx"),
    record: textOrNull(row, "record"),
    salt: bytesOrNull(row, "salt"),
  };
}
