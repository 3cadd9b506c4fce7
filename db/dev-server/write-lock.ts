type Waiter = {
  readonly owner: object;
  readonly grant: (granted: boolean) => void;
  readonly timer: NodeJS.Timeout;
};

/**
 * SQLite has one writer at a time. Its own way of waiting would stop this process, in which the present
 * writer must run to finish: so writers queue here, first come, first served.
 */
export class WriteLock {
  #holder: object | undefined;
  readonly #waiters: Waiter[] = [];

  isHeldBy(owner: object): boolean {
    return this.#holder === owner;
  }

  /** Takes the lock if it is free and nobody waits. */
  tryAcquire(owner: object): boolean {
    if (this.#holder === owner) return true;
    if (this.#holder !== undefined || this.#waiters.length > 0) return false;
    this.#holder = owner;
    return true;
  }

  /** Resolves with false when `timeoutMs` passed first. */
  acquire(owner: object, timeoutMs: number): Promise<boolean> {
    if (this.tryAcquire(owner)) return Promise.resolve(true);
    return new Promise((grant) => {
      const waiter: Waiter = {
        owner,
        grant,
        timer: setTimeout(() => {
          this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
          grant(false);
        }, timeoutMs),
      };
      this.#waiters.push(waiter);
    });
  }

  release(owner: object): void {
    if (this.#holder !== owner) return;
    this.#holder = undefined;
    const next = this.#waiters.shift();
    if (next === undefined) return;
    clearTimeout(next.timer);
    this.#holder = next.owner;
    next.grant(true);
  }
}
