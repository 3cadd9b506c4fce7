import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { number, text } from "../../../db/rows.ts";

export function suppressedAddresses(org: string, limit: number): Statement {
  return {
    sql: "SELECT address, since, answer FROM mail_suppression WHERE org = ?1 ORDER BY address LIMIT ?2",
    args: [org, limit],
  };
}

export function readSuppressedAddresses(result: ResultSet | undefined) {
  return (result?.rows ?? []).map((row) => ({
    address: text(row, "address"),
    since: number(row, "since"),
    answer: text(row, "answer"),
  }));
}

/** Its line for the audit log does not name the address: that log is kept longer than addresses are. */
export function dropSuppression(wanted: {
  readonly org: string;
  readonly address: string;
  readonly actor: string;
  readonly now: number;
}): Statement[] {
  const { org, address, actor, now } = wanted;
  return [
    {
      sql: `INSERT INTO audit_log (id, org, at, actor, action, target)
            SELECT ?3, ?1, ?4, ?5, 'suppression.lift', substr(?2, instr(?2, '@')) FROM mail_suppression
            WHERE org = ?1 AND address = ?2`,
      args: [org, address, `aud_${crypto.randomUUID()}`, now, actor],
    },
    { sql: "DELETE FROM mail_suppression WHERE org = ?1 AND address = ?2", args: [org, address] },
  ];
}
