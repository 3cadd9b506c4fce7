import * as v from "valibot";
import { parseAddress } from "../outbox/address.ts";

/**
 * What one can be told of by mail. `policy` is service mail: a change is announced. `newsletter` is
 * marketing, with a consent of its own; neither ever leads to the other.
 */
export const LISTS = ["policy", "newsletter"] as const;
export type List = (typeof LISTS)[number];

/** Lower case: no provider of today tells addresses apart by case. */
export const Email = v.pipe(
  v.string("must be a string."),
  v.trim(),
  v.toLowerCase(),
  v.check((address) => parseAddress(address) !== null, "must be an e-mail address, as asha@example.com."),
);

export const LanguageTag = v.pipe(
  v.string("must be a string."),
  v.maxLength(35, "must be a language tag, as hi."),
  v.regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, "must be a language tag, as hi."),
);

const DAY_MS = 86_400_000;
/** How long a confirmation link works. */
export const TOKEN_MS = 3 * DAY_MS;
/** Another confirmation mail to one address at the earliest, and how many in all until its row goes. */
export const ASK_AGAIN_MS = 600_000;
export const MOST_ASKED = 5;
