import { parseInstant } from "../worker/http/fields.ts";
import type { Zone } from "../worker/metrics/zone.ts";

/** In which order a written date has its parts. */
export const DATE_ORDERS = ["ymd", "dmy", "mdy"] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

const SHAPES: Readonly<Record<DateOrder, RegExp>> = {
  ymd: shape("(?<year>\\d{4})[-/.](?<month>\\d{1,2})[-/.](?<day>\\d{1,2})"),
  dmy: shape("(?<day>\\d{1,2})[-/.](?<month>\\d{1,2})[-/.](?<year>\\d{4})"),
  mdy: shape("(?<month>\\d{1,2})[-/.](?<day>\\d{1,2})[-/.](?<year>\\d{4})"),
};

function shape(date: string): RegExp {
  return new RegExp(
    `^${date}[ T](?<hour>\\d{1,2}):(?<minute>\\d{2})(?::(?<second>\\d{2})(?:\\.(?<fraction>\\d{1,9}))?)?(?: ?(?<half>[AaPp])[Mm])?$`,
  );
}

/**
 * UTC milliseconds of a wall-clock time (`2026-09-01 11:36:52`, `01/09/2026 11:36 PM`) in a zone, or why it
 * is none. Of an hour that a clock shows twice it is the first; one that it never shows is refused.
 */
export function localInstant(text: string, order: DateOrder, zone: Zone): number | string {
  const parts = SHAPES[order].exec(text)?.groups;
  if (parts === undefined) return `is not a time as ${EXAMPLES[order]}.`;
  const local = parseInstant(
    `${parts.year}-${two(parts.month)}-${two(parts.day)}T${hour(parts.hour, parts.half)}:${parts.minute}:${
      parts.second ?? "00"
    }.${parts.fraction ?? "0"}Z`,
  );
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

/** 12 AM is the day's first hour, 12 PM noon; a 13th hour of half a day stays wrong. */
function hour(text: string | undefined, half: string | undefined): string {
  if (half === undefined || text === undefined) return two(text);
  const clock = Number(text);
  if (clock < 1 || clock > 12) return "99";
  return two(String((clock % 12) + (half.toLowerCase() === "p" ? 12 : 0)));
}

function two(text: string | undefined): string {
  return (text ?? "").padStart(2, "0");
}
