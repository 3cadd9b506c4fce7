import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { text, textOrNull } from "../../../db/rows.ts";
import type { Verdict } from "./report.ts";

/** A letter that a report may be about. */
export interface ReportedLetter {
  readonly org: string;
  readonly id: string;
  readonly address: string | null;
  readonly state: string;
}

/** @param org null where the report came by mail: the id alone is secret enough */
export function reportedLetter(id: string, org: string | null): Statement {
  return {
    sql:
      org === null
        ? "SELECT org, id, address, state FROM outbox WHERE id = ?1"
        : "SELECT org, id, address, state FROM outbox WHERE org = ?2 AND id = ?1",
    args: org === null ? [id] : [id, org],
  };
}

export function readReportedLetter(result: ResultSet | undefined): ReportedLetter | null {
  const row = result?.rows[0];
  if (row === undefined) return null;
  return {
    org: text(row, "org"),
    id: text(row, "id"),
    address: textOrNull(row, "address"),
    state: text(row, "state"),
  };
}

/** A letter that was accepted, or may have been, came back. The first statement changes no row where it had not. */
export function bounceLetter(
  { org, id }: Pick<ReportedLetter, "org" | "id">,
  verdict: Exclude<Verdict, null>,
  answer: string,
  now: number,
): Statement[] {
  const bounced: Statement = {
    sql: `UPDATE outbox SET state = ?3, answer = ?4, done_at = ?5, paced = 0
          WHERE org = ?1 AND id = ?2 AND (state = 'accepted' OR (state = 'queued' AND unsure > 0))`,
    args: [org, id, verdict, answer, now],
  };
  if (verdict !== "bounced") return [bounced];
  return [
    bounced,
    {
      sql: `INSERT INTO mail_suppression (org, address, since, answer)
            SELECT org, address, ?3, ?4 FROM outbox WHERE org = ?1 AND id = ?2 AND state = 'bounced' AND address IS NOT NULL
            ON CONFLICT (org, address) DO NOTHING`,
      args: [org, id, now, answer],
    },
  ];
}

/** Only what was said last: the letter stands as it did. */
export function noteOnLetter({ org, id }: Pick<ReportedLetter, "org" | "id">, answer: string): Statement {
  return {
    sql: "UPDATE outbox SET answer = ?3 WHERE org = ?1 AND id = ?2 AND state = 'accepted'",
    args: [org, id, answer],
  };
}
