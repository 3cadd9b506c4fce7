import { expect, test } from "vitest";
import { dayClock } from "./day.ts";
import { sentenceOf } from "./sentence.ts";

const clock = dayClock("2026-11-24", "Asia/Kolkata");
const row = (start: string, n: number, connected: number) => ({
  team: "t_03",
  start: Date.parse(start),
  n,
  connected,
  missed: n - connected,
  declined: 0,
  talk_s: 0,
});

test("names the total, the share and the busiest half hour", () => {
  const rows = [row("2026-11-24T04:00:00Z", 3, 3), row("2026-11-24T05:00:00Z", 5, 1)];
  expect(sentenceOf("t_03", rows, clock)).toBe(
    "8 calls today for t_03, 50.0% connected; the busiest half hour began at 10:30 with 5 calls.",
  );
});

test("counts one call as one", () => {
  expect(sentenceOf("all teams", [row("2026-11-24T04:00:00Z", 1, 0)], clock)).toBe(
    "1 call today for all teams, 0.0% connected; the busiest half hour began at 09:30 with 1 call.",
  );
});

test("says that there is nothing", () => {
  expect(sentenceOf("t_03", [], clock)).toBe("No calls yet today for t_03.");
});
