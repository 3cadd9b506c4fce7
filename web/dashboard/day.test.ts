import { expect, test } from "vitest";
import { dayClock } from "./day.ts";

const iso = (at: number | undefined) => new Date(at ?? Number.NaN).toISOString();

test("a day in India begins at half past six of the evening before, UTC", () => {
  const day = dayClock("2026-11-24", "Asia/Kolkata");
  expect(day.slots).toHaveLength(48);
  expect(iso(day.slots[0])).toBe("2026-11-23T18:30:00.000Z");
  expect(day.time(Date.parse("2026-11-24T04:00:00Z"))).toBe("09:30");
  expect(day.second(Date.parse("2026-11-23T18:30:05Z"))).toBe("00:00:05");
  expect(day.label).toBe("Tuesday 24 November 2026");
});

test("New York's day of 25 hours has fifty half hours, its day of 23 has forty-six", () => {
  const long = dayClock("2026-11-01", "America/New_York");
  expect(long.slots).toHaveLength(50);
  expect(iso(long.slots[0])).toBe("2026-11-01T04:00:00.000Z");
  expect(dayClock("2026-03-08", "America/New_York").slots).toHaveLength(46);
});

test("zones of other offsets", () => {
  expect(iso(dayClock("2026-11-24", "UTC").slots[0])).toBe("2026-11-24T00:00:00.000Z");
  expect(iso(dayClock("2026-07-01", "Pacific/Auckland").slots[0])).toBe("2026-06-30T12:00:00.000Z");
});

test("where midnight lies inside a slot, the day's slots hold the whole day", () => {
  const { slots } = dayClock("2026-11-24", "Asia/Kathmandu");
  expect([iso(slots[0]), iso(slots.at(-1))]).toEqual([
    "2026-11-23T18:00:00.000Z",
    "2026-11-24T18:00:00.000Z",
  ]);
});
