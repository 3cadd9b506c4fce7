import { expect, it } from "vitest";
import { backOff, MOST_ATTEMPTS } from "./back-off.ts";
import { Pace } from "./pace.ts";

const NOW = Date.UTC(2026, 10, 24);

it("lets a burst of a tenth go at once and the rest one by one; domains do not wait for each other", () => {
  const pace = new Pace(60); // one a second, six at once
  const waits = Array.from({ length: 9 }, () => pace.take("example.com", NOW) - NOW);
  expect(waits).toEqual([0, 0, 0, 0, 0, 0, 1000, 2000, 3000]);
  expect(pace.take("example.org", NOW)).toBe(NOW);
});

it("never sends more in a minute than was said, burst apart", () => {
  const pace = new Pace(60);
  let sent = 0;
  for (let at = NOW; at < NOW + 60_000; at += 100) {
    if (pace.take("example.com", at) <= at) sent += 1;
    else pace.giveBack("example.com");
  }
  expect(sent).toBeGreaterThanOrEqual(60);
  expect(sent).toBeLessThanOrEqual(66);
});

it("a clock that goes back an hour does not stop a domain", () => {
  const pace = new Pace(60);
  for (let i = 0; i < 8; i += 1) pace.take("example.com", NOW);
  const earlier = NOW - 3_600_000;
  expect(pace.take("example.com", earlier) - earlier).toBeLessThan(10_000);
});

it("comes back later and later, within six hours, for about a day", () => {
  expect([1, 2, 3].map((n) => backOff(n, 1))).toEqual([60_000, 120_000, 240_000]);
  expect([1, 2, 3].map((n) => backOff(n, 0))).toEqual([30_000, 60_000, 120_000]);
  expect(backOff(11, 1)).toBe(6 * 3_600_000);
  const longest = Array.from({ length: MOST_ATTEMPTS - 1 }, (_, i) => backOff(i + 1, 1)).reduce(
    (a, b) => a + b,
    0,
  );
  expect(longest / 3_600_000).toBeGreaterThan(12);
  expect(longest / 3_600_000).toBeLessThan(30);
});
