import * as v from "valibot";
import { Identifier, Instant, plainText } from "../http/fields.ts";
import type { Call } from "./call.ts";
import { DIRECTIONS, SENTIMENTS, STATUSES } from "./stored-call.ts";

/** 0–100 with at most two decimals, as hundredths. */
const Score = v.pipe(
  v.number("must be a number."),
  v.minValue(0, "must be from 0 to 100."),
  v.maxValue(100, "must be from 0 to 100."),
  v.check((score) => Math.round(score * 100) / 100 === score, "must have at most 2 decimals."),
  v.transform((score) => Math.round(score * 100)),
);

const MAX_KEYWORDS = 50;
const MAX_KEYWORD_LENGTH = 256;

const Keyword = v.pipe(
  v.string("must be a string."),
  v.minLength(1, "must not be empty."),
  v.maxLength(MAX_KEYWORD_LENGTH, `must have at most ${MAX_KEYWORD_LENGTH} characters.`),
  plainText,
);

const Analysis = v.pipe(
  v.unknown(),
  // To valibot a list is an object without fields.
  v.check((value) => !Array.isArray(value), "must be an object or null."),
  v.strictObject(
    {
      clarity: v.nullish(Score),
      proficiency: v.nullish(Score),
      volume: v.nullish(Score),
      sentiment: v.nullish(v.picklist(SENTIMENTS, `must be ${SENTIMENTS.join(", ")} or null.`)),
      keywords: v.nullish(
        v.pipe(
          v.array(Keyword, "must be an array of strings."),
          v.maxLength(MAX_KEYWORDS, `must have at most ${MAX_KEYWORDS} entries.`),
        ),
      ),
    },
    "must be an object or null.",
  ),
);

const MAX_REVISION = 2 ** 31 - 1;
const MAX_DURATION_S = 86_400;

function Whole(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}.`;
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(min, message),
    v.maxValue(max, message),
    // −0 is a whole number that would come back as another one.
    v.transform((value) => value + 0),
  );
}

/** One event as it is sent: the whole call at one revision. Null and missing are the same. */
export const CallEvent = v.strictObject(
  {
    event_id: Identifier,
    call_id: Identifier,
    revision: Whole(1, MAX_REVISION),
    org_id: v.nullish(Identifier),
    team_id: Identifier,
    caller_id: Identifier,
    customer_ref: v.nullish(Identifier),
    direction: v.picklist(DIRECTIONS, `must be ${DIRECTIONS.join(" or ")}.`),
    status: v.picklist(STATUSES, `must be ${STATUSES.join(", ")}.`),
    started_at: Instant,
    duration_s: Whole(0, MAX_DURATION_S),
    analysis: v.nullish(Analysis),
  },
  "must be an object.",
);

/** The call that an event tells of. */
export function callOfEvent(event: v.InferOutput<typeof CallEvent>): Call {
  const analysis = event.analysis ?? {};
  const keywords = [...new Set(analysis.keywords ?? [])];
  return {
    call_id: event.call_id,
    revision: event.revision,
    team: event.team_id,
    caller: event.caller_id,
    customer_ref: event.customer_ref ?? null,
    direction: event.direction,
    status: event.status,
    started_at: event.started_at,
    duration_s: event.duration_s,
    clarity: analysis.clarity ?? null,
    proficiency: analysis.proficiency ?? null,
    volume: analysis.volume ?? null,
    sentiment: analysis.sentiment ?? null,
    keywords: keywords.length === 0 ? null : JSON.stringify(keywords),
  };
}
