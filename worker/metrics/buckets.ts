import { Problem } from "../http/problem.ts";
import { type Range, SLOT_MS } from "./range.ts";
import { dayLabel, type Zone } from "./zone.ts";

export const INTERVALS = ["slot", "hour", "day", "week", "month"] as const;
export type Interval = (typeof INTERVALS)[number];

/** One point of a series: the bucket's own bounds, which may lie outside the range that was asked for. */
export interface Bucket {
  /** UTC ms. */
  readonly start: number;
  readonly end: number;
  /** The local date it begins on, for a day and longer. */
  readonly label?: string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** More than anybody can look at. */
const MOST_POINTS = 20_000;
/** At least this many are refused without walking through them. */
const LONGEST: Record<Interval, number> = {
  slot: SLOT_MS,
  hour: HOUR,
  day: 25 * HOUR,
  week: 7 * DAY + HOUR,
  month: 31 * DAY + HOUR,
};

/**
 * Every bucket that a range touches, ascending. Slots are 30 minutes of UTC; hours, days, weeks (from
 * Monday, ISO 8601) and months are local, so that a day may have 23 or 25 hours and an hour come twice.
 * @param most how many at most
 * @throws Problem 422 for more
 */
export function bucketsOf(range: Range, interval: Interval, zone: Zone, most = MOST_POINTS): Bucket[] {
  if ((range.to - range.from) / LONGEST[interval] > most) throw tooMany(most, interval);
  const buckets: Bucket[] = [];
  let bucket = bucketAt(range.from, interval, zone);
  while (bucket.start < range.to) {
    if (buckets.length === most) throw tooMany(most, interval);
    buckets.push(bucket);
    bucket = bucketAt(bucket.end, interval, zone);
  }
  return buckets;
}

function tooMany(most: number, interval: Interval): Problem {
  return new Problem(
    422,
    "too-many-points",
    "Too many points",
    `This range has more than ${most} points by ${interval}: ask for a shorter range or a longer interval.`,
    { errors: [{ parameter: "interval", detail: "is too short for this range." }] },
  );
}

function bucketAt(at: number, interval: Interval, zone: Zone): Bucket {
  if (interval === "slot") {
    const start = Math.floor(at / SLOT_MS) * SLOT_MS;
    return { start, end: start + SLOT_MS };
  }
  if (interval === "hour") return localHour(at, zone);
  const day = zone.localDay(at);
  const [first, next] = interval === "day" ? [day, day + 1] : interval === "week" ? week(day) : month(day);
  return { start: zone.startOfDay(first), end: zone.startOfDay(next), label: dayLabel(first) };
}

/** A local clock hour; a change of the clock begins a new one. */
function localHour(at: number, zone: Zone): Bucket {
  const into = mod(at + zone.offsetAt(at), HOUR);
  const hour = at - into;
  const change = zone.nextChange(hour - 1, at + 1);
  const start = change === null ? hour : change;
  return { start, end: zone.nextChange(at, hour + HOUR) ?? hour + HOUR };
}

/** 1970-01-01 was a Thursday, day 3 of a week from Monday. */
function week(day: number): [number, number] {
  const monday = day - mod(day + 3, 7);
  return [monday, monday + 7];
}

function month(day: number): [number, number] {
  const date = new Date(day * DAY);
  const first = (months: number) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / DAY;
  return [first(0), first(1)];
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}
