import * as v from "valibot";

/** The shapes of the answers, for `/openapi.json`. */

const Count = v.pipe(v.number(), v.integer());
const Value = v.nullable(v.number());
const Stamp = { as_of: v.string(), seq: Count };
const Counts = { n: Count, connected: Count, missed: Count, declined: Count, talk_s: Count };
const Qualities = { clarity: Value, proficiency: Value, volume: Value, p50: Value, p90: Value, p95: Value };
const Sentiment = v.object({ positive: Count, neutral: Count, negative: Count });
const Numbers = { ...Counts, ...Qualities, sentiment: Sentiment };
const Points = v.array(v.object({ start: v.string(), label: v.optional(v.string()), ...Counts }));

export const SummaryAnswer = v.object({
  ...Numbers,
  previous: v.optional(v.object(Numbers)),
  change: v.optional(v.object({ ...Numbers })),
  ...Stamp,
});

export const SeriesAnswer = v.object({ points: Points, ...Stamp });

export const CallersAnswer = v.object({
  callers: v.array(
    v.object({ caller_id: v.string(), name: v.nullable(v.string()), ...Counts, ...Qualities }),
  ),
  ...Stamp,
});

export const WeekAnswer = v.object({
  hours: v.array(v.object({ hour: Count, n: Count, connected: Count })),
  ...Stamp,
});

export const KeywordsAnswer = v.object({
  keywords: v.array(
    v.object({ keyword: v.string(), n: Count, positive: Count, neutral: Count, negative: Count }),
  ),
  ...Stamp,
});

export const CallerAnswer = v.object({
  summary: v.object(Numbers),
  series: v.object({ points: Points }),
  last: v.array(v.record(v.string(), v.unknown())),
  ...Stamp,
});
