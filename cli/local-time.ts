import type { Zone } from "../worker/metrics/zone.ts";

/** In which order a written date has its parts. */
export const DATE_ORDERS = ["ymd", "dmy", "mdy"] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

/** Where each part of a date stands among what its shape captures. */
const PLACES: Readonly<Record<DateOrder, { shape: RegExp; year: number; month: number; day: number }>> = {
  ymd: { shape: shape("(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})"), year: 1, month: 2, day: 3 },
  dmy: { shape: shape("(\\d{1,2})[-/.](\\d{1,2})[-/.](\\d{4})"), year: 3, month: 2, day: 1 },
  mdy: { shape: shape("(\\d{1,2})[-/.](\\d{1,2})[-/.](\\d{4})"), year: 3, month: 1, day: 2 },
};

/** Behind the date: hour, minute, second, fraction, half of the day. */
function shape(date: string): RegExp {
  return new RegExp(`^${date}[ T](\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,9}))?)?(?: ?([AaPp])[Mm])?$`);
}

/**
 * UTC milliseconds of a wall-clock time (`2026-09-01 11:36:52`, `01/09/2026 11:36 PM`) in a zone, or why it
 * is none. Of an hour that a clock shows twice it is the first; one that it never shows is refused.
 */
export function localInstant(text: string, order: DateOrder, zone: Zone): number | string {
  const { shape, year, month, day } = PLACES[order];
  const parts = shape.exec(text);
  if (parts === null) return `is not a time as ${EXAMPLES[order]}.`;
  const [, , , , hour = "", minute = "", second = "0", fraction = "", half = ""] = parts;
  const local = readClock({
    year: Number(parts[year]),
    month: Number(parts[month]),
    day: Number(parts[day]),
    hour: hourOf(Number(hour), half.toLowerCase()),
    minute: Number(minute),
    second: Number(second),
    ms: Number(`${fraction}000`.slice(0, 3)),
  });
  if (local === null) return "is not a time that a calendar and a clock have.";
  const at = zone.instantOf(local);
  if (at + zone.offsetAt(at) !== local) return `is a time that clocks in ${zone.name} jumped over.`;
  return at;
}

const EXAMPLES: Readonly<Record<DateOrder, string>> = {
  ymd: "2026-09-30 18:05:00",
  dmy: "30/09/2026 18:05:00",
  mdy: "09/30/2026 18:05:00",
};

interface Clock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
}

/** Milliseconds as if the clock showed UTC, or null when no calendar and no clock has these parts. */
function readClock({ year, month, day, hour, minute, second, ms }: Clock): number | null {
  // Date.UTC reads the years 0–99 as 1900–1999; no call is that old.
  if (year < 100 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59)
    return null;
  const at = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  // 31 February rolls over into March.
  return new Date(at).getUTCDate() === day ? at : null;
}

/** 12 AM is the day's first hour, 12 PM noon; a 13th hour of half a day is none. */
function hourOf(clock: number, half: string): number {
  if (half === "") return clock;
  if (clock < 1 || clock > 12) return Number.POSITIVE_INFINITY;
  return (clock % 12) + (half === "p" ? 12 : 0);
}
