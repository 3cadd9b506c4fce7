import { leavePath, leaveToken, type SubscriptionKey } from "./tokens.ts";

/** Path of the way out, for the link and the List-Unsubscribe header of every mail to a list. */
export async function wayOut(secret: string, key: SubscriptionKey): Promise<string> {
  return leavePath(key, await leaveToken(secret, key));
}
