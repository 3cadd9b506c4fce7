import type { Statement } from "../../db/client.ts";
import type { Principal } from "./principal.ts";

export interface AuditEntry {
  readonly id: string;
  readonly org: string;
  /** UTC milliseconds. */
  readonly at: number;
  readonly actor: string;
  /** As `calls.import`. */
  readonly action: string;
  readonly target: string;
}

/** Who did what to what, for the organisation's audit log. Equal ids are one entry. */
export function auditEntry(entry: AuditEntry): Statement {
  const { id, org, at, actor, action, target } = entry;
  return {
    sql: `INSERT INTO audit_log (id, org, at, actor, action, target) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
          ON CONFLICT (id) DO NOTHING`,
    args: [id, org, at, actor, action, target],
  };
}

/** Who is asking, as the audit log names them. */
export function actorOf(principal: Principal): string {
  return principal.kind === "key" ? `key:${principal.keyId}` : `member:${principal.userId}`;
}
