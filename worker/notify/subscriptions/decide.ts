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

/**
 * Takes a subscription off its list, and the address with it; again it changes nothing.
 * @returns false for a link that is none
 */
export async function leaveList(
  database: Database,
  secret: string,
  key: SubscriptionKey,
  token: string,
  now: number,
): Promise<boolean> {
  if (!(await isLeaveToken(secret, key, token))) return false;
  await database.write(withdraw(key, now));
  return true;
}

function standing(found: Subscription | null, sha256: Uint8Array, now: number): Subscription | null {
  if (found?.tokenSha256 == null || !sameBytes(found.tokenSha256, sha256)) return null;
  return found.state === "confirmed" || (found.tokenUntil ?? 0) > now ? found : null;
}
