import * as v from "valibot";
import type { Range } from "./range.ts";
import type { Zone } from "./zone.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** A clock time from 00:00 to 24:00, as minutes. */
const Clock = v.pipe(
  v.string("must be a time, as 09:30."),
  v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, "must be a time from 00:00 to 24:00, as 09:30."),
);

const MAX_INTERVALS = 50;
const MAX_HOLIDAYS = 1000;
const weekday = "must be a whole number from 0 (Sunday) to 6.";

const Opening = v.pipe(
  v.strictObject({
    weekday: v.pipe(v.number(weekday), v.integer(weekday), v.minValue(0, weekday), v.maxValue(6, weekday)),
    opens: Clock,
    closes: Clock,
  }),
  v.forward(
    v.check(({ opens, closes }) => minutesOf(opens) < minutesOf(closes), "must be after opens."),
    ["closes"],
  ),
);

/** A weekly timetable in the organisation's local time, and the local dates on which it is closed all day. */
export const BusinessHours = v.strictObject({
  weekly: v.pipe(
    v.array(Opening, "must be an array."),
    v.maxLength(MAX_INTERVALS, `must have at most ${MAX_INTERVALS} entries.`),
    v.check((weekly) => !overlaps(weekly), "must not have two that overlap on the same weekday."),
  ),
  holidays: v.pipe(
    v.array(v.pipe(v.string("must be a date."), v.check(isDate, "must be a date, as 2026-10-31."))),
    v.maxLength(MAX_HOLIDAYS, `must have at most ${MAX_HOLIDAYS} entries.`),
  ),
});
export type BusinessHours = v.InferOutput<typeof BusinessHours>;

/**
 * The parts of a range in which the organisation is open, ascending and apart. An interval goes from
 * where local clocks first show `opens` to where they first show `closes`; a time that a change of the
 * clock leaves out is where they go on.
 * @param zone the organisation's own
 */
export function openParts({ from, to }: Range, hours: BusinessHours, zone: Zone): Range[] {
  const closed = new Set(hours.holidays.map((date) => Date.parse(`${date}T00:00:00Z`) / DAY_MS));
  const byWeekday = Array.from({ length: 7 }, (_, weekday) =>
    hours.weekly
      .filter((opening) => opening.weekday === weekday)
      .map(({ opens, closes }) => [minutesOf(opens), minutesOf(closes)] as const)
      .sort(([a], [b]) => a - b),
  );
  const parts: { from: number; to: number }[] = [];
  for (let day = zone.localDay(from); from < to && zone.startOfDay(day) < to; day += 1) {
    if (closed.has(day)) continue;
    // 1970-01-01, day 0, was a Thursday.
    for (const [opens, closes] of byWeekday[(((day + 4) % 7) + 7) % 7] ?? []) {
      const start = Math.max(from, zone.instantOf(day * DAY_MS + opens * MINUTE_MS));
      const end = Math.min(to, zone.instantOf(day * DAY_MS + closes * MINUTE_MS));
      if (start >= end) continue;
      const last = parts.at(-1);
      if (last !== undefined && last.to >= start) last.to = Math.max(last.to, end);
      else parts.push({ from: start, to: end });
    }
  }
  return parts;
}

/** The ranges, or where an organisation's hours matter the parts of them in which it is open. */
export function openRanges(
  ranges: readonly Range[],
  open: BusinessHours | null,
  own: Zone,
): readonly Range[] {
  return open === null ? ranges : ranges.flatMap((range) => openParts(range, open, own));
}

function minutesOf(clock: string): number {
  const [hours = "", minutes = ""] = clock.split(":");
  return Number(hours) * 60 + Number(minutes);
}

function overlaps(weekly: readonly { weekday: number; opens: string; closes: string }[]): boolean {
  const sorted = weekly.toSorted((a, b) => a.weekday - b.weekday || minutesOf(a.opens) - minutesOf(b.opens));
  return sorted.some(({ weekday, opens }, index) => {
    const before = sorted[index - 1];
    return before?.weekday === weekday && minutesOf(before.closes) > minutesOf(opens);
  });
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
