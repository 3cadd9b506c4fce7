import { addDuration, type BucketCounts, type Histogram, newBucketCounts, percentiles } from "./histogram.ts";

/**
 * What each number means, once: tiles, series, drill-down, files and mail all come through here.
 * A call is counted into sums that can be added and taken away; a metric is read off such sums.
 */

/** What the metrics see of a call. Scores are hundredths. */
export interface Measured {
  readonly status: "connected" | "missed" | "declined";
  readonly duration_s: number;
  readonly clarity: number | null;
  readonly proficiency: number | null;
  readonly volume: number | null;
  readonly sentiment: "positive" | "neutral" | "negative" | null;
}

/** The additive sums; also the columns of every rollup, in this order. */
export const COUNTERS = [
  "connected",
  "missed",
  "declined",
  "talk_s",
  "clarity_sum",
  "clarity_n",
  "proficiency_sum",
  "proficiency_n",
  "volume_sum",
  "volume_n",
  "positive",
  "neutral",
  "negative",
] as const;

export type Counters = Record<(typeof COUNTERS)[number], number>;

/** Sums and the histogram of connected durations, of any set of calls. */
export interface Tally {
  readonly counters: Counters;
  readonly hist: Histogram;
}

/** A tally, or the same sums with a place for every bucket: those into which much is added up. */
export interface Sums {
  readonly counters: Counters;
  readonly hist: Histogram | BucketCounts;
}

export function emptyTally(): Tally {
  return { counters: noCounters(), hist: new Map() };
}

/** Sums with a place for every bucket. */
export interface WideSums extends Sums {
  readonly hist: BucketCounts;
}

export function emptySums(): WideSums {
  return { counters: noCounters(), hist: newBucketCounts() };
}

function noCounters(): Counters {
  return {
    connected: 0,
    missed: 0,
    declined: 0,
    talk_s: 0,
    clarity_sum: 0,
    clarity_n: 0,
    proficiency_sum: 0,
    proficiency_n: 0,
    volume_sum: 0,
    volume_n: 0,
    positive: 0,
    neutral: 0,
    negative: 0,
  };
}

/** The part of `countCall` that `countsOf` needs. */
export function countStatus(
  counters: Pick<Counters, "connected" | "missed" | "declined" | "talk_s">,
  call: Pick<Measured, "status" | "duration_s">,
  sign: 1 | -1,
): void {
  counters[call.status] += sign;
  if (call.status === "connected") counters.talk_s += sign * call.duration_s;
}

/** Counts a call in (`sign` 1) or out (−1). Only connected calls have talk time and a place in the percentiles. */
export function countCall(into: Sums, call: Measured, sign: 1 | -1): void {
  const { counters, hist } = into;
  countStatus(counters, call, sign);
  if (call.status === "connected") addDuration(hist, call.duration_s, sign);
  if (call.clarity !== null) {
    counters.clarity_sum += sign * call.clarity;
    counters.clarity_n += sign;
  }
  if (call.proficiency !== null) {
    counters.proficiency_sum += sign * call.proficiency;
    counters.proficiency_n += sign;
  }
  if (call.volume !== null) {
    counters.volume_sum += sign * call.volume;
    counters.volume_n += sign;
  }
  if (call.sentiment !== null) counters[call.sentiment] += sign;
}

/** Calls by status and the seconds talked. */
export interface Counts {
  readonly n: number;
  readonly connected: number;
  readonly missed: number;
  readonly declined: number;
  readonly talk_s: number;
}

export function countsOf(counters: Pick<Counters, "connected" | "missed" | "declined" | "talk_s">): Counts {
  const { connected, missed, declined, talk_s } = counters;
  return { n: connected + missed + declined, connected, missed, declined, talk_s };
}

/** Means of the scores 0–100 over the calls that have one, and percentiles of connected durations in seconds. */
export interface Qualities {
  readonly clarity: number | null;
  readonly proficiency: number | null;
  readonly volume: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
}

export function qualitiesOf({ counters, hist }: Sums): Qualities {
  const [p50 = null, p90 = null, p95 = null] = percentiles(hist, [50, 90, 95]);
  return {
    clarity: mean(counters.clarity_sum, counters.clarity_n),
    proficiency: mean(counters.proficiency_sum, counters.proficiency_n),
    volume: mean(counters.volume_sum, counters.volume_n),
    p50,
    p90,
    p95,
  };
}

export interface Summary extends Counts, Qualities {
  /** The customers', over the calls that have one. */
  readonly sentiment: { readonly positive: number; readonly neutral: number; readonly negative: number };
}

export function summaryOf(sums: Sums): Summary {
  const { positive, neutral, negative } = sums.counters;
  return { ...countsOf(sums.counters), ...qualitiesOf(sums), sentiment: { positive, neutral, negative } };
}

function mean(hundredths: number, n: number): number | null {
  return n === 0 ? null : hundredths / n / 100;
}
