import { expect, test } from "vitest";
import { bucketsOf, type Interval } from "./buckets.ts";
import { comparedRange } from "./compare.ts";
import { zoneNamed } from "./zone.ts";

function zone(name: string) {
  const found = zoneNamed(name);
  if (found === null) throw new Error(`no zone ${name}`);
  return found;
}

const at = (text: string) => Date.parse(text);

function starts(from: string, to: string, interval: Interval, name: string): string[] {
  const buckets = bucketsOf({ from: at(from), to: at(to) }, interval, zone(name));
  for (const [index, bucket] of buckets.entries()) {
    expect(bucket.start).toBeLessThan(bucket.end);
    if (index > 0) expect(bucket.start).toBe(buckets[index - 1]?.end);
  }
  return buckets.map(
    ({ start, label }) => new Date(start).toISOString().slice(0, 16) + (label ? ` ${label}` : ""),
  );
}

test("slots are half hours of UTC, the first may begin before the range", () => {
  expect(starts("2026-10-30T10:10:00Z", "2026-10-30T11:00:00Z", "slot", "Asia/Kolkata")).toEqual([
    "2026-10-30T10:00",
    "2026-10-30T10:30",
  ]);
});

test("hours in India begin at half past of UTC", () => {
  expect(starts("2026-10-30T10:00:00Z", "2026-10-30T11:31:00Z", "hour", "Asia/Kolkata")).toEqual([
    "2026-10-30T09:30",
    "2026-10-30T10:30",
    "2026-10-30T11:30",
  ]);
});

test("New York's day of 25 hours has 25, the one of 23 has 23", () => {
  const long = starts("2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", "hour", "America/New_York");
  expect(long).toHaveLength(25);
  // 01:00 comes at 05:00 and again at 06:00 UTC.
  expect(long.slice(0, 3)).toEqual(["2026-11-01T04:00", "2026-11-01T05:00", "2026-11-01T06:00"]);
  expect(starts("2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z", "hour", "America/New_York")).toHaveLength(23);
});

test("Lord Howe repeats half an hour: 01:30 comes at 14:30 and again at 15:00 UTC", () => {
  expect(starts("2026-04-04T14:00:00Z", "2026-04-04T16:00:00Z", "hour", "Australia/Lord_Howe")).toEqual([
    "2026-04-04T14:00",
    "2026-04-04T15:00",
    "2026-04-04T15:30",
  ]);
});

test("days, weeks from Monday, and months are local", () => {
  expect(starts("2026-10-30T18:00:00Z", "2026-11-02T04:59:00Z", "day", "America/New_York")).toEqual([
    "2026-10-30T04:00 2026-10-30",
    "2026-10-31T04:00 2026-10-31",
    "2026-11-01T04:00 2026-11-01",
  ]);
  // 2026-11-01 is a Sunday: it belongs to the week of Monday 2026-10-26.
  expect(starts("2026-11-01T04:00:00Z", "2026-11-03T00:00:00Z", "week", "America/New_York")).toEqual([
    "2026-10-26T04:00 2026-10-26",
    "2026-11-02T05:00 2026-11-02",
  ]);
  expect(starts("2026-01-31T18:30:00Z", "2026-03-01T18:30:00Z", "month", "Asia/Kolkata")).toEqual([
    "2026-01-31T18:30 2026-02-01",
    "2026-02-28T18:30 2026-03-01",
  ]);
});

test("more points than anybody can look at are refused, and not one too early", () => {
  expect(() => starts("2000-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "slot", "UTC")).toThrow(
    "more than 20000 points by slot",
  );
  expect(() => starts("0001-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "month", "UTC")).toThrow("points");
  // 20,000 hours are 833 days and 8 hours.
  expect(starts("2024-01-01T00:00:00Z", "2026-04-13T08:00:00Z", "hour", "UTC")).toHaveLength(20_000);
  expect(() => starts("2024-01-01T00:00:00Z", "2026-04-13T08:00:00.001Z", "hour", "UTC")).toThrow("points");
});

function compared(from: string, to: string, by: "previous_period" | "previous_year", name: string): string[] {
  const range = comparedRange({ from: at(from), to: at(to) }, by, zone(name));
  return [range.from, range.to].map((instant) => new Date(instant).toISOString().slice(0, 16));
}

test("the day before a day of 25 hours is the whole local day before", () => {
  expect(
    compared("2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", "previous_period", "America/New_York"),
  ).toEqual(["2026-10-31T04:00", "2026-11-01T04:00"]);
});

test("any other range is held against as many milliseconds before it", () => {
  expect(compared("2026-11-01T04:00:00Z", "2026-11-01T10:00:00Z", "previous_period", "Asia/Kolkata")).toEqual(
    ["2026-10-31T22:00", "2026-11-01T04:00"],
  );
});

test("a year before is the same local time: 29 February becomes the 28th, summer time stays local", () => {
  expect(compared("2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z", "previous_year", "UTC")).toEqual([
    "2023-02-28T00:00",
    "2023-03-01T00:00",
  ]);
  // 2026-11-02 00:00 in New York is UTC−5, 2025-11-02 00:00 still UTC−4.
  expect(
    compared("2026-11-02T05:00:00Z", "2026-11-03T05:00:00Z", "previous_year", "America/New_York"),
  ).toEqual(["2025-11-02T04:00", "2025-11-03T05:00"]);
});
