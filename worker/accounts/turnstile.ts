/** Too many wait already; nothing was begun. */
export class TurnstileFull extends Error {
  override readonly name = "TurnstileFull";
}

export interface TurnstileOptions {
  /** How many may work at the same time. */
  readonly atOnce: number;
  /** How many may wait behind them. */
  readonly waiting: number;
  /** Milliseconds after which one that has not been heard of is taken for gone. */
  readonly lostAfter: number;
}

const LOOK_EVERY_MS = 20;

/**
 * Lets a few through at a time, in order of arrival. Who waits looks again by a timer of its own: a
 * promise that another request would have to resolve is what workerd takes for hung code. And a
 * request whose client went away never says goodbye, so a place that shows no life is given on.
 */
export class Turnstile {
  readonly #options: TurnstileOptions;
  /** Ticket → when its holder was last alive, in order of arrival. */
  readonly #tickets = new Map<symbol, number>();

  constructor(options: TurnstileOptions) {
    this.#options = options;
  }

  /** @throws TurnstileFull */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    const ticket = Symbol("ticket");
    this.#forgetLost();
    if (this.#tickets.size >= this.#options.atOnce + this.#options.waiting) throw new TurnstileFull();
    this.#tickets.set(ticket, Date.now());
    try {
      while (this.#place(ticket) >= this.#options.atOnce) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
        this.#tickets.set(ticket, Date.now());
        this.#forgetLost();
      }
      return await work();
    } finally {
      this.#tickets.delete(ticket);
    }
  }

  #place(ticket: symbol): number {
    return [...this.#tickets.keys()].indexOf(ticket);
  }

  #forgetLost(): void {
    const oldest = Date.now() - this.#options.lostAfter;
    for (const [ticket, seen] of this.#tickets) if (seen < oldest) this.#tickets.delete(ticket);
  }
}
