const CLOCK_STEP_MS = 1000;

/**
 * How fast letters go to one recipient domain. Only a hint that is kept in memory: after a restart each
 * domain may get one burst more.
 */
export class Pace {
  readonly #gap: number;
  readonly #burst: number;
  readonly #next = new Map<string, number>();
  #latest = 0;

  /** @param perMinute letters to one domain in the long run; a tenth of them may go at once */
  constructor(perMinute: number) {
    this.#gap = 60_000 / perMinute;
    this.#burst = Math.max(1, Math.floor(perMinute / 10)) * this.#gap;
  }

  /**
   * The moment from which one more letter may go to this domain, and takes that place. Times are UTC
   * milliseconds.
   */
  take(domain: string, now: number): number {
    // What was planned by a clock that has gone back since is worth nothing.
    if (now < this.#latest - CLOCK_STEP_MS) this.#next.clear();
    this.#latest = now;
    const at = Math.max(this.#next.get(domain) ?? 0, now - this.#burst + this.#gap);
    this.#next.set(domain, at + this.#gap);
    this.#forget(now);
    return Math.max(now, Math.ceil(at));
  }

  /** Gives back what was not used. */
  giveBack(domain: string): void {
    const known = this.#next.get(domain);
    if (known !== undefined) this.#next.set(domain, known - this.#gap);
  }

  #forget(now: number): void {
    if (this.#next.size < 10_000) return;
    for (const [domain, at] of this.#next) if (at < now - this.#burst) this.#next.delete(domain);
  }
}
