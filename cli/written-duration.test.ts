import { expect, test } from "vitest";
import { writtenDuration } from "./written-duration.ts";

test.each([
  ["0", "seconds", 0],
  ["12.5", "seconds", 13],
  ["00:05:30", "hh:mm:ss", 330],
  ["1:00:00", "hh:mm:ss", 3600],
  ["25:00:00", "hh:mm:ss", 90_000],
  ["75:30", "mm:ss", 4530],
  ["-1", "seconds", "is not a number of seconds."],
  ["1e3", "seconds", "is not a number of seconds."],
  ["5 min", "hh:mm:ss", "is not a duration as hh:mm:ss."],
  ["05:30", "hh:mm:ss", "is not a duration as hh:mm:ss."],
  ["00:60:00", "hh:mm:ss", "is not a duration as hh:mm:ss."],
  ["05:30:00", "mm:ss", "is not a duration as mm:ss."],
] as const)("%s as %s is %s", (text, format, expected) => {
  expect(writtenDuration(text, format)).toBe(expected);
});
