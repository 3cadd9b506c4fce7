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

/** The address a request came from, for rate limits in memory only: it is never stored or logged. */
export function addressOf(c: AppContext): string {
  return c.req.header("cf-connecting-ip") ?? "local";
}
