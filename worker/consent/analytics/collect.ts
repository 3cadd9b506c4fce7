import * as v from "valibot";
import type { Database } from "../../../db/client.ts";
import { Identifier, Instant, plainText } from "../../http/fields.ts";
import { Problem } from "../../http/problem.ts";
import { ConsentId } from "../choice.ts";
import { type Collection, insertEvents, openGrant } from "./queries.ts";

const COUNT = "must be 1 to 100 events.";

export const CollectBody = v.strictObject({
  consent_id: ConsentId,
  events: v.pipe(
    v.array(
      v.strictObject({
        event_id: Identifier,
        name: v.pipe(
          v.string("must be a string."),
          v.minLength(1, "must have 1 to 128 characters."),
          v.maxLength(128, "must have 1 to 128 characters."),
          plainText,
        ),
        at: Instant,
        path: v.optional(
          v.pipe(
            v.string("must be a string."),
            v.maxLength(2048, "must have at most 2,048 characters."),
            plainText,
          ),
        ),
      }),
      COUNT,
    ),
    v.minLength(1, COUNT),
    v.maxLength(100, COUNT),
  ),
});

/**
 * Keeps a visitor's analytics events if, at the moment of writing, analytics is granted.
 * An event_id that is there already stays as it is.
 * @throws Problem 403 `consent-required`; then nothing was kept
 */
export async function collect(database: Database, collection: Collection): Promise<void> {
  const [, grant] = await database.write([insertEvents(collection), openGrant(collection)]);
  if (grant === undefined || grant.rows.length === 0) {
    throw new Problem(
      403,
      "consent-required",
      "Consent required",
      "This visitor's newest choice does not allow analytics: nothing was kept.",
    );
  }
}
