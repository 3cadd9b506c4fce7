import type { MiddlewareHandler } from "hono";
import type { AppContext, AppEnv } from "./app-env.ts";
import { tooManyRequests } from "./problem.ts";

/** A token bucket: `burst` at once, then `perSecond`. */
export interface Allowance {
  readonly perSecond: number;
  readonly burst: number;
}

/** Buckets of one isolate; the oldest go first, and an evicted bucket is a full one. */
export class RateLimiter {
  readonly #allowance: Allowance;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();
  readonly #capacity: number;

  constructor(allowance: Allowance, capacity = 10_000) {
    this.#allowance = allowance;
    this.#capacity = capacity;
  }

  /** Takes one token. Returns 0, or the whole seconds until one will be there. */
  take(id: string, now: number): number {
    const { perSecond, burst } = this.#allowance;
    const bucket = this.#buckets.get(id) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond);
    this.#buckets.delete(id);
    this.#buckets.set(id, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    const oldest = this.#buckets.keys().next();
    if (this.#buckets.size > this.#capacity && !oldest.done) this.#buckets.delete(oldest.value);
    return tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond));
  }
}

/** Refuses with 429 whoever is over the allowance, told apart by `by`. */
export function limitRate(allowance: Allowance, by: (c: AppContext) => string): MiddlewareHandler<AppEnv> {
  const limiter = new RateLimiter(allowance);
  return async (c, next) => {
    if (c.get("settings").rateLimits) {
      const wait = limiter.take(by(c), Date.now());
      if (wait > 0) throw tooManyRequests(wait);
    }
    await next();
  };
}

/** Where a request came from, for rate limits in memory only: it is never stored or logged. */
export function addressOf(c: AppContext): string {
  const address = c.req.header("cf-connecting-ip");
  return address === undefined ? "local" : networkOf(address);
}

/**
 * What one subscriber has: an IPv4 address, also where IPv6 writes it (`::ffff:192.0.2.1`), or the /64 of an IPv6
 * address, in which everybody picks new addresses at will. What is neither counts as it stands.
 */
export function networkOf(address: string): string {
  const [head = "", tail] = address.toLowerCase().split("%")[0]?.split("::") ?? [];
  const before = groupsOf(head);
  const after = groupsOf(tail ?? "");
  const missing = 8 - before.length - after.length;
  if (!address.includes(":") || (tail === undefined ? missing !== 0 : missing < 0)) return address;
  const groups = [...before, ...Array.from({ length: missing }, () => 0), ...after];
  const [a, b, c, d, e, f, high = 0, low = 0] = groups;
  const mapped = a === 0 && b === 0 && c === 0 && d === 0 && e === 0 && f === 0xffff;
  if (mapped) return [high >> 8, high & 255, low >> 8, low & 255].join(".");
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}

/** The 16-bit groups of a part of an IPv6 address; a dotted end is two. */
function groupsOf(part: string): number[] {
  if (part === "") return [];
  return part.split(":").flatMap((group) => {
    const [w = 0, x = 0, y = 0, z = 0] = group.split(".").map(Number);
    return group.includes(".") ? [w * 256 + x, y * 256 + z] : [Number.parseInt(group, 16)];
  });
}
