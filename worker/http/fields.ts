import * as v from "valibot";

/** Field shapes that more than one capability takes in. */

/** 1–128 of `[A-Za-z0-9_.:-]`. */
export const Identifier = v.pipe(
  v.string("must be a string."),
  v.regex(/^[A-Za-z0-9_.:-]{1,128}$/, "must be 1 to 128 of A-Z a-z 0-9 _ . : -"),
);

/** For text that people write: what SQL and JSON both take, and no screen or file stumbles over. */
export const plainText = v.check(
  (text: string) => text.isWellFormed() && !/\p{Cc}/u.test(text),
  "must be text without control characters.",
);

const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/** An RFC 3339 time with any offset, as UTC milliseconds; finer fractions are cut off. */
export const Instant = v.pipe(
  v.string("must be a string."),
  v.maxLength(40, "must be an RFC 3339 time with an offset, as 2026-10-26T18:30:00.000Z."),
  v.rawTransform<string, number>(({ dataset, addIssue, NEVER }) => {
    const at = parseInstant(dataset.value);
    if (at !== null) return at;
    addIssue({ message: "must be an RFC 3339 time with an offset, as 2026-10-26T18:30:00.000Z." });
    return NEVER;
  }),
);

/** UTC milliseconds of an RFC 3339 time, or null when it is none: no calendar day is rolled over. */
export function parseInstant(text: string): number | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction = "", offset = "Z"] = match;
  const [y, m, d, h, min, s] = [
    Number(year),
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  ];
  if (m < 1 || m > 12 || d < 1 || d > daysIn(y, m) || h > 23 || min > 59 || s > 59) return null;
  const ms = Number(`${fraction.slice(1, 4)}000`.slice(0, 3));
  // The calendar repeats after 400 years; Date.UTC reads the years 0–99 as 1900–1999.
  const local = Date.UTC(y + 400, m - 1, d, h, min, s, ms) - FOUR_CENTURIES_MS;
  if (offset === "Z" || offset === "z") return local;
  const [hours = 0, minutes = 0] = offset.slice(1).split(":").map(Number);
  if (hours > 23 || minutes > 59) return null;
  return local - (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

const FOUR_CENTURIES_MS = 146_097 * 86_400_000;
const LONG_MONTHS = 0b1_0101_1010_1010;

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return (LONG_MONTHS >> month) & 1 ? 31 : 30;
}

/** UTC milliseconds as the contract writes times: RFC 3339 with milliseconds and `Z`. */
export function formatInstant(at: number): string {
  return new Date(at).toISOString();
}

/** A page size given as text. */
export function Limit(max: number, fallback: number) {
  return v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[1-9]\d{0,5}$/, `must be a whole number from 1 to ${max}.`),
      v.transform(Number),
      v.maxValue(max, `must be a whole number from 1 to ${max}.`),
    ),
    String(fallback),
  );
}
