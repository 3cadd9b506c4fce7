import type { Database } from "../../../db/client.ts";
import { sameBytes } from "../../ledger/bytes.ts";
import { confirm, readSubscription, type Subscription, subscriptionByKey, withdraw } from "./queries.ts";
import { isLeaveToken, type SubscriptionKey, tokenHash } from "./tokens.ts";

/** What a link leads to; null where it has expired, or never was one. Reading changes nothing. */
export async function readConfirmation(
  database: Database,
  key: SubscriptionKey,
  token: string,
  now: number,
): Promise<Subscription | null> {
  const [rows] = await database.read([subscriptionByKey(key)]);
  return standing(readSubscription(rows), await tokenHash(token), now);
}

/** Puts a pending subscription on its list; again it changes nothing. @returns null for a link that is none */
export async function confirmSubscription(
  database: Database,
  key: SubscriptionKey,
  token: string,
  now: number,
): Promise<Subscription | null> {
  const sha256 = await tokenHash(token);
  const [, rows] = await database.write([confirm(key, sha256, now), subscriptionByKey(key)]);
  return standing(readSubscription(rows), sha256, now);
}

/** Who leaves, as far as anything is known of them: no language once the row is gone. */
export interface Departure {
  readonly language: string | undefined;
}

/** What the way out in a mail leads to; null for a link that is none. Reading changes nothing. */
export async function readDeparture(
  database: Database,
  secret: string,
  key: SubscriptionKey,
  token: string,
): Promise<Departure | null> {
  if (!(await isLeaveToken(secret, key, token))) return null;
  const [rows] = await database.read([subscriptionByKey(key)]);
  return { language: readSubscription(rows)?.language };
}

/**
 * Takes a subscription off its list, and the address with it; again it changes nothing.
 * @returns null for a link that is none
 */
export async function leaveList(
  database: Database,
  secret: string,
  key: SubscriptionKey,
  token: string,
  now: number,
): Promise<Departure | null> {
  if (!(await isLeaveToken(secret, key, token))) return null;
  const [rows] = await database.write([subscriptionByKey(key), ...withdraw(key, now)]);
  return { language: readSubscription(rows)?.language };
}

function standing(found: Subscription | null, sha256: Uint8Array, now: number): Subscription | null {
  if (found?.tokenSha256 == null || !sameBytes(found.tokenSha256, sha256)) return null;
  return found.state === "confirmed" || (found.tokenUntil ?? 0) > now ? found : null;
}
