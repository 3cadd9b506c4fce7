import { expect, it } from "vitest";
import { networkOf, RateLimiter } from "./rate-limit.ts";

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

it.each([
  // RFC 5952 and RFC 4291, section 2.2: one address has many spellings.
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["::FFFF:c000:207", "192.0.2.7"],
  ["0:0:0:0:0:ffff:c000:0207", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8:0001:0002:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::1", "2001:db8:1:2::/64"],
  ["2001:db8:1:3::1", "2001:db8:1:3::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["64:ff9b::192.0.2.7", "64:ff9b:0:0::/64"],
  ["local", "local"],
  ["1:2:3", "1:2:3"],
])("%s counts as %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
