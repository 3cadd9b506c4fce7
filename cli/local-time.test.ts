import { expect, test } from "vitest";
import { zoneNamed } from "../worker/metrics/zone.ts";
import { type DateOrder, localInstant } from "./local-time.ts";

function instant(text: string, order: DateOrder, name: string): string {
  const zone = zoneNamed(name);
  if (zone === null) throw new Error(`${name} is no zone`);
  const at = localInstant(text, order, zone);
  return typeof at === "string" ? at : new Date(at).toISOString();
}

test.each([
  ["2026-09-01 00:10:00", "ymd", "Asia/Kolkata", "2026-08-31T18:40:00.000Z"],
  ["2026/9/1 0:10", "ymd", "Asia/Kolkata", "2026-08-31T18:40:00.000Z"],
  ["2026-09-03T07:57:14.083", "ymd", "UTC", "2026-09-03T07:57:14.083Z"],
  ["03.09.2026 07:57:14.0839", "dmy", "UTC", "2026-09-03T07:57:14.083Z"],
  ["09/03/2026 07:57:14 PM", "mdy", "UTC", "2026-09-03T19:57:14.000Z"],
  ["09/03/2026 12:00 am", "mdy", "UTC", "2026-09-03T00:00:00.000Z"],
  ["09/03/2026 12:00PM", "mdy", "UTC", "2026-09-03T12:00:00.000Z"],
  ["2028-02-29 12:00:00", "ymd", "UTC", "2028-02-29T12:00:00.000Z"],
  // The hour that New York's clocks show twice on 2026-11-01 is the first of the two, at UTC−4.
  ["2026-11-01 01:30:00", "ymd", "America/New_York", "2026-11-01T05:30:00.000Z"],
  ["2026-11-01 02:30:00", "ymd", "America/New_York", "2026-11-01T07:30:00.000Z"],
] as const)("%s (%s in %s) is %s", (text, order, zone, expected) => {
  expect(instant(text, order, zone)).toBe(expected);
});

test.each([
  [
    "2026-03-08 02:30:00",
    "ymd",
    "America/New_York",
    "is a time that clocks in America/New_York jumped over.",
  ],
  ["2026-09-31 10:00:00", "ymd", "UTC", "is not a time that a calendar and a clock have."],
  ["2027-02-29 10:00:00", "ymd", "UTC", "is not a time that a calendar and a clock have."],
  ["2026-13-01 10:00:00", "ymd", "UTC", "is not a time that a calendar and a clock have."],
  ["2026-09-01 24:00:00", "ymd", "UTC", "is not a time that a calendar and a clock have."],
  ["2026-09-01 10:60:00", "ymd", "UTC", "is not a time that a calendar and a clock have."],
  ["2026-09-01 13:00:00 PM", "ymd", "UTC", "is not a time that a calendar and a clock have."],
  ["0026-09-01 10:00:00", "ymd", "UTC", "is not a time that a calendar and a clock have."],
  ["01/09/2026", "dmy", "UTC", "is not a time as 30/09/2026 18:05:00."],
  ["2026-09-01 10:00:00Z", "ymd", "UTC", "is not a time as 2026-09-30 18:05:00."],
  ["01/09/26 10:00", "dmy", "UTC", "is not a time as 30/09/2026 18:05:00."],
] as const)("%s (%s in %s) is refused: %s", (text, order, zone, reason) => {
  expect(instant(text, order, zone)).toBe(reason);
});
