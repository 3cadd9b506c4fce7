import { expect, test } from "vitest";
import { formatCount, formatLength, formatShare, formatTalk } from "./figures.ts";

test("counts are grouped as in India", () => {
  expect(["0", "999", "1,000", "12,34,567"]).toEqual([0, 999, 1000, 1234567].map(formatCount));
});

test("talk time is h:mm:ss", () => {
  expect(["0:00:00", "0:00:59", "1:01:01", "27:46:40", "1,00,000:00:00"]).toEqual(
    [0, 59, 3661, 100_000, 360_000_000].map(formatTalk),
  );
});

test("a share has one decimal, and nothing has none", () => {
  expect(formatShare(1, 3)).toBe("33.3%");
  expect(formatShare(1, 1)).toBe("100.0%");
  expect(formatShare(0, 0)).toBeNull();
});

test("a length is said in minutes and seconds", () => {
  expect([formatLength(44.6), formatLength(59.6), formatLength(200)]).toEqual([
    "45 s",
    "1 min 0 s",
    "3 min 20 s",
  ]);
});
