import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { text } from "../../../db/rows.ts";
import type { List } from "./subscription.ts";
import { leavePath, leaveToken, type SubscriptionKey } from "./tokens.ts";

/** Somebody on a list, to be written to. */
export interface Subscriber extends SubscriptionKey {
  readonly email: string;
  /** BCP 47. */
  readonly language: string;
}

/** A list in chunks, in the order of ids: those after `after`. */
export function subscribersAfter(org: string, list: List, after: string, limit: number): Statement {
  return {
    sql: `SELECT org, id, email, language FROM subscription
          WHERE org = ?1 AND list = ?2 AND id > ?3 AND state = 'confirmed' ORDER BY id LIMIT ?4`,
    args: [org, list, after, limit],
  };
}

export function readSubscribers(result: ResultSet | undefined): Subscriber[] {
  return (result?.rows ?? []).map((row) => ({
    org: text(row, "org"),
    id: text(row, "id"),
    email: text(row, "email"),
    language: text(row, "language"),
  }));
}

/** Path of the way out, for the link and the List-Unsubscribe header of every mail to a list. */
export async function wayOut(secret: string, key: SubscriptionKey): Promise<string> {
  return leavePath(key, await leaveToken(secret, key));
}
