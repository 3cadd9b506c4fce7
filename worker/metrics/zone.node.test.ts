import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { expect, test } from "vitest";
import { dayLabel, type Zone, zoneNamed } from "./zone.ts";

function zone(name: string): Zone {
  const found = zoneNamed(name);
  if (found === null) throw new Error(`no zone ${name}`);
  return found;
}

/** Days since 1970-01-01 of a local date. */
const day = (date: string) => Date.parse(`${date}T00:00:00Z`) / 86_400_000;
const iso = (at: number) => new Date(at).toISOString();

test.each([
  // A day in India begins at 18:30 UTC.
  ["Asia/Kolkata", "2026-10-30", "2026-10-29T18:30:00.000Z"],
  ["Asia/Kathmandu", "2026-10-30", "2026-10-29T18:15:00.000Z"],
  ["UTC", "2026-10-30", "2026-10-30T00:00:00.000Z"],
  // New York: UTC−4 until 2026-11-01 02:00, UTC−5 afterwards; that day has 25 hours.
  ["America/New_York", "2026-11-01", "2026-11-01T04:00:00.000Z"],
  ["America/New_York", "2026-11-02", "2026-11-02T05:00:00.000Z"],
  // and 2026-03-08 has 23.
  ["America/New_York", "2026-03-08", "2026-03-08T05:00:00.000Z"],
  ["America/New_York", "2026-03-09", "2026-03-09T04:00:00.000Z"],
  // In Beirut midnight of 2025-03-30 does not exist: clocks go from 24:00 to 01:00 at 22:00 UTC.
  ["Asia/Beirut", "2025-03-30", "2025-03-29T22:00:00.000Z"],
  // Lord Howe goes back by half an hour: UTC+11 to UTC+10:30 on 2026-04-05.
  ["Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00.000Z"],
  ["Australia/Lord_Howe", "2026-04-06", "2026-04-05T13:30:00.000Z"],
])("%s: %s begins at %s", (name, date, start) => {
  expect(iso(zone(name).startOfDay(day(date)))).toBe(start);
  expect(zone(name).localDay(Date.parse(start))).toBe(day(date));
  expect(zone(name).localDay(Date.parse(start) - 1)).toBe(day(date) - 1);
});

test("the hour that comes twice: the later side of a change has the new offset", () => {
  const change = Date.parse("2026-11-01T06:00:00Z");
  const newYork = zone("America/New_York");
  expect(newYork.offsetAt(change - 1)).toBe(-4 * 3_600_000);
  expect(newYork.offsetAt(change)).toBe(-5 * 3_600_000);
  expect(newYork.nextChange(change - 1, change + 1)).toBe(change);
  expect(newYork.nextChange(change, change + 1)).toBeNull();
  expect(newYork.nextChange(Date.parse("2025-12-01"), Date.parse("2026-12-01"))).toBe(
    Date.parse("2026-03-08T07:00:00Z"),
  );
});

test.each(["Nowhere/City", "", "+05:30", "Asia/Kolkata ", "GMT+5:30", "a".repeat(80)])(
  "%j is no zone",
  (name) => {
    expect(zoneNamed(name)).toBeNull();
  },
);

test("a label is the local date", () => {
  expect(dayLabel(day("2024-02-29"))).toBe("2024-02-29");
});

const NAMES = [
  "Asia/Kolkata",
  "America/New_York",
  "America/Santiago",
  "Africa/Casablanca",
  "Africa/Cairo",
  "Asia/Gaza",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Europe/London",
  "Pacific/Apia",
  "Pacific/Chatham",
];

test("offsets, days and wall times agree with Temporal from 2000 to 2035", () => {
  const from = Date.UTC(2000, 0, 1);
  const to = Date.UTC(2036, 0, 1);
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), fc.integer({ min: from, max: to - 1 }), (name, at) => {
      const ours = zone(name);
      const theirs = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(name);
      expect(ours.offsetAt(at)).toBe(theirs.offsetNanoseconds / 1e6);
      expect(dayLabel(ours.localDay(at))).toBe(theirs.toPlainDate().toString());
      expect(ours.startOfDay(ours.localDay(at))).toBe(theirs.startOfDay().epochMilliseconds);
      const wall = theirs.toPlainDateTime().subtract({ years: 1 });
      const local = Date.parse(`${wall.toString({ smallestUnit: "millisecond" })}Z`);
      expect(ours.instantOf(local)).toBe(wall.toZonedDateTime(name).epochMilliseconds);
    }),
    { numRuns: 3000 },
  );
});

test("every change of the clock is found, to the millisecond", () => {
  for (const name of NAMES) {
    let theirs = Temporal.Instant.from("2000-01-01T00:00:00Z").toZonedDateTimeISO(name);
    let at = Date.UTC(2000, 0, 1);
    for (;;) {
      const next = theirs.getTimeZoneTransition("next");
      if (next === null || next.year > 2034) break;
      theirs = next;
      if (next.offsetNanoseconds === next.subtract({ nanoseconds: 1 }).offsetNanoseconds) continue;
      const change = zone(name).nextChange(at, Date.UTC(2036, 0, 1));
      expect(`${name} ${change === null ? "never" : iso(change)}`).toBe(
        `${name} ${iso(next.epochMilliseconds)}`,
      );
      at = next.epochMilliseconds;
    }
  }
});
