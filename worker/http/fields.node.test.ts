import { describe, expect, it } from "vitest";
import { formatInstant, parseInstant } from "./fields.ts";

describe("parseInstant", () => {
  // Expected values by GNU date: date -u -d '…' +%s
  it.each([
    ["2026-10-26T18:30:00.000Z", 1_793_039_400_000],
    ["2026-10-27T00:00:00+05:30", 1_793_039_400_000],
    ["2026-10-26t14:30:00-04:00", 1_793_039_400_000],
    ["2024-02-29T00:00:00Z", 1_709_164_800_000],
    ["2026-01-01T00:00:00.1239999Z", 1_767_225_600_123],
    ["0000-01-01T00:00:00Z", -62_167_219_200_000],
    ["9999-12-31T23:59:59Z", 253_402_300_799_000],
  ])("reads %s", (text, expected) => {
    expect(parseInstant(text)).toBe(expected);
  });

  it.each([
    "2026-10-26",
    "2026-10-26T18:30:00",
    "2026-10-26 18:30:00Z",
    "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-10-26T24:00:00Z",
    "2026-10-26T18:60:00Z",
    "2026-10-26T18:30:00+24:00",
    "2026-10-26T18:30:00+0530",
    "1793039400000",
    "",
  ])("refuses %j", (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  it("writes milliseconds and Z", () => {
    expect(formatInstant(1_793_039_400_000)).toBe("2026-10-26T18:30:00.000Z");
  });
});
