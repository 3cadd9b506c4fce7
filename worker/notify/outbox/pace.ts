/**
 * How fast letters go to one recipient domain. Only a hint that is kept in memory: after a restart each
 * domain may get one burst more.
 */
export class Pace {
  readonly #gap: number;
  readonly #burst: number;
  readonly #next = new Map<string, number>();

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
    const known = this.#next.get(domain) ?? 0;
    // A clock that went back does not make a domain wait longer than its own queue is long.
    const earliest = now - this.#burst + this.#gap;
    const at = Math.max(known, earliest);
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
