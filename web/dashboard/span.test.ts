import { expect, test } from "vitest";
import { dayClock } from "./day.ts";
import { span } from "./span.ts";

const clock = dayClock("2026-11-24", "Asia/Kolkata");
const row = (start: string) => ({
  team: null,
  start: Date.parse(start),
  n: 4,
  connected: 2,
  missed: 1,
  declined: 1,
  talk_s: 60,
});

test("an empty day spans the usual hours", () => {
  const slots = span([], clock);
  expect([slots.length, slots[0]?.from, slots.at(-1)?.from]).toEqual([24, "08:00", "19:30"]);
});

test("calls outside widen it, and every half hour between is there", () => {
  const slots = span([row("2026-11-24T00:30:00+05:30"), row("2026-11-24T09:30:00+05:30")], clock);
  expect([slots.length, slots[0]?.from, slots.at(-1)?.from]).toEqual([39, "00:30", "19:30"]);
  expect(slots.filter((slot) => slot.connected === 2).map((slot) => slot.from)).toEqual(["00:30", "09:30"]);
});

test("the hour that New York has twice is two hours", () => {
  const day = dayClock("2026-11-01", "America/New_York");
  const slots = span([row("2026-11-01T05:00:00Z"), row("2026-11-01T06:00:00Z")], day);
  expect(slots.slice(0, 4).map((slot) => [slot.from, slot.connected])).toEqual([
    ["01:00", 2],
    ["01:30", 0],
    ["01:00", 2],
    ["01:30", 0],
  ]);
});
