import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../db/client.ts";
import { number, text } from "../../db/rows.ts";

/** The live key with this hash, if any. */
export function keyByHash(sha256: Uint8Array): Statement {
  return {
    sql: "SELECT id, org, scopes FROM api_key WHERE key_sha256 = ?1 AND revoked_at IS NULL",
    args: [sha256],
  };
}

export function readKey(result: ResultSet): { id: string; org: string; scopes: string[] } | null {
  const row = result.rows[0];
  if (row === undefined) return null;
  return { id: text(row, "id"), org: text(row, "org"), scopes: text(row, "scopes").split(" ") };
}

/** Every membership of the person whose unexpired session has this token. */
export function membershipsBySession(token: string, now: number): Statement {
  return {
    sql: `SELECT s.id AS session, s.user_id, s.expires_at, m.organization_id AS org, m.role
          FROM session s LEFT JOIN member m ON m.user_id = s.user_id
          WHERE s.token = ?1 AND s.expires_at > ?2 ORDER BY m.organization_id`,
    args: [token, now],
  };
}

export interface Membership {
  readonly org: string;
  readonly role: string;
}

export function readMemberships(result: ResultSet): { userId: string; memberships: Membership[] } | null {
  const first = result.rows[0];
  if (first === undefined) return null;
  return {
    userId: text(first, "user_id"),
    memberships: result.rows
      .filter((row) => row.org !== null)
      .map((row) => ({ org: text(row, "org"), role: text(row, "role") })),
  };
}

/** When the session with this token ends, UTC milliseconds; for sockets that outlive a request. */
export function readSessionEnd(result: ResultSet): number | null {
  const row = result.rows[0];
  return row === undefined ? null : number(row, "expires_at");
}
