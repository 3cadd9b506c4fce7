import { expect, it } from "vitest";
import { RateLimiter } from "./rate-limit.ts";

it("lets a burst through, then one more each time a token has grown back", () => {
  const limiter = new RateLimiter({ perSecond: 0.5, burst: 3 });
  expect([1, 2, 3].map(() => limiter.take("a", 1_000))).toEqual([0, 0, 0]);
  expect(limiter.take("a", 1_000)).toBe(2);
  expect(limiter.take("b", 1_000)).toBe(0);
  expect(limiter.take("a", 2_000)).toBe(1);
  expect(limiter.take("a", 3_000)).toBe(0);
  expect(limiter.take("a", 3_000)).toBe(2);
});

it("forgets the oldest first and stays within its capacity", () => {
  const limiter = new RateLimiter({ perSecond: 1, burst: 1 }, 2);
  limiter.take("a", 0);
  limiter.take("b", 0);
  limiter.take("c", 0);
  expect(limiter.take("b", 0)).toBe(1);
  expect(limiter.take("a", 0)).toBe(0);
});

it("is not fooled by a clock that goes back", () => {
  const limiter = new RateLimiter({ perSecond: 1, burst: 1 });
  limiter.take("a", 10_000);
  expect(limiter.take("a", 5_000)).toBe(1);
});
