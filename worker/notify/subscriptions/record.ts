import { openDatabase } from "../../../db/client.ts";
import { type Env, settingsOf } from "../../env.ts";
import { formatInstant } from "../../http/fields.ts";
import { append } from "../../ledger/append.ts";
import { hexSha256 } from "../../policy/hash.ts";
import type { SubscriptionRecord } from "../records/record.ts";
import { wordsIn } from "../words/words.ts";
import { readUnrecorded, storePlaces, type Unrecorded, unrecorded } from "./queries.ts";
import type { List } from "./subscription.ts";
import type { SubscriptionKey } from "./tokens.ts";

const AT_ONCE = 500;

/**
 * Gives every joining and leaving its record in the organisation's log. What a person decided holds before
 * that; broken off anywhere it may run again, since the log knows what it has.
 * @param only one subscription, just decided; all that are missing unless told
 */
export async function recordSubscriptions(env: Env, only: SubscriptionKey | null = null): Promise<void> {
  const database = openDatabase(settingsOf(env).database);
  const [rows] = await database.read([unrecorded(AT_ONCE, only)]);
  const places = await Promise.all(
    readUnrecorded(rows).map(async (subscription) => {
      const { log, confirmedAt, withdrawnAt, confirmedIdx } = subscription;
      const placeOf = async (action: SubscriptionRecord["action"], at: number | null) =>
        at === null
          ? null
          : (await append(env, log, "personal", await recordOf(subscription, action, at))).index;
      // One after the other: who left had joined.
      const joined = confirmedIdx ?? (await placeOf("confirm", confirmedAt));
      const left = await placeOf("withdraw", withdrawnAt);
      return joined === null ? [] : [storePlaces(subscription, joined, left)];
    }),
  );
  await database.write(places.flat());
}

async function recordOf(
  { org, id, list, language }: Unrecorded,
  action: SubscriptionRecord["action"],
  at: number,
): Promise<SubscriptionRecord> {
  return {
    v: 1,
    kind: "subscription",
    org,
    list,
    subscription: id,
    action,
    language,
    wording_sha256: action === "confirm" ? await wordingHash(list, language) : null,
    at: formatInstant(at),
  };
}

/** Of the words that are agreed to, in the reader's language; it is in the record. A changed word is another hash. */
async function wordingHash(list: List, language: string): Promise<string> {
  return hexSha256((await wordsIn(language)).lists[list].wording);
}
