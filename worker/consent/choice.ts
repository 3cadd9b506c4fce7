import * as v from "valibot";

/** A choice as the banner sends it. */

export const ACTIONS = ["accept_all", "reject_all", "custom", "withdraw", "gpc"] as const;
export type Action = (typeof ACTIONS)[number];

/** What a visitor can agree to; `necessary` cannot be refused and is not sent. */
export interface Categories {
  readonly preferences: boolean;
  readonly analytics: boolean;
  readonly marketing: boolean;
}

/** `cns_` and 16 random bytes in base64url, made by the banner. */
export const ConsentId = v.pipe(
  v.string("must be a string."),
  v.regex(/^cns_[A-Za-z0-9_-]{22}$/, "must be cns_ and 22 of A-Z a-z 0-9 _ -"),
);

/** 32 random bytes in base64url, made by the banner. */
const Secret = v.pipe(
  v.string("must be a string."),
  v.regex(/^[A-Za-z0-9_-]{43}$/, "must be 43 of A-Z a-z 0-9 _ -"),
);

export const IdempotencyKey = v.pipe(
  v.string("is required."),
  v.regex(/^[A-Za-z0-9_-]{16,128}$/, "must be 16 to 128 of A-Z a-z 0-9 _ -"),
);

const CHOICE = "must be a whole number from 1.";

export const ChoiceBody = v.pipe(
  v.strictObject({
    consent_id: ConsentId,
    secret: Secret,
    action: v.picklist(ACTIONS, `must be one of ${ACTIONS.join(", ")}.`),
    categories: v.strictObject({
      preferences: v.boolean("must be true or false."),
      analytics: v.boolean("must be true or false."),
      marketing: v.boolean("must be true or false."),
    }),
    choice: v.pipe(v.number(CHOICE), v.safeInteger(CHOICE), v.minValue(1, CHOICE)),
    policy_version: v.pipe(
      v.string("must be a string."),
      v.regex(/^[A-Za-z0-9._-]{1,64}$/, "must be the last part of a policy version's address."),
    ),
    notice_hash: v.pipe(
      v.string("must be a string."),
      v.regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in 64 lower-case hex digits."),
    ),
    language: v.pipe(
      v.string("must be a string."),
      v.maxLength(35, "must be a language tag (BCP 47)."),
      v.regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, "must be a language tag (BCP 47)."),
    ),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const category of contradictions(dataset.value.action, dataset.value.categories)) {
      addIssue({
        message: `contradicts the action ${dataset.value.action}.`,
        path: [
          pathItem(dataset.value, "categories", dataset.value.categories),
          pathItem(dataset.value.categories, category, dataset.value.categories[category]),
        ],
      });
    }
  }),
);
export type ChoiceBody = v.InferOutput<typeof ChoiceBody>;

/**
 * The categories that an action does not allow to be as they are: `accept_all` grants all,
 * `reject_all` and `withdraw` none, `gpc` neither analytics nor marketing, `custom` anything.
 */
function contradictions(action: Action, categories: Categories): (keyof Categories)[] {
  const all = ["preferences", "analytics", "marketing"] as const;
  if (action === "accept_all") return all.filter((category) => !categories[category]);
  if (action === "reject_all" || action === "withdraw") return all.filter((category) => categories[category]);
  if (action === "gpc")
    return (["analytics", "marketing"] as const).filter((category) => categories[category]);
  return [];
}

function pathItem(input: object, key: string, value: unknown): v.ObjectPathItem {
  return { type: "object", origin: "value", input: { ...input }, key, value };
}
