/** How requests are gathered; see the constants of `sequencer.ts` for the product's own. */
export interface GroupLimits {
  /** How long an idle committer waits for company, milliseconds. */
  readonly gatherMs: number;
  /** Most requests in one commit. */
  readonly groupSize: number;
  /** Most requests that wait at all; beyond, they are turned away at once. */
  readonly queueSize: number;
}

/** The queue is full: nothing was taken. */
export class Overloaded extends Error {
  override readonly name = "Overloaded";
}

interface Place<Request, Answer> {
  readonly request: Request;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One commit at a time, each for everything that arrived during the one before it. A Durable Object
 * is no mutex (an outside fetch lets other requests in), so the order is kept by this one chain.
 */
export class GroupCommit<Request, Answer> {
  readonly #commit: (group: readonly Request[]) => Promise<readonly Answer[]>;
  readonly #limits: GroupLimits;
  #waiting: Place<Request, Answer>[] = [];
  #running = false;

  constructor(commit: (group: readonly Request[]) => Promise<readonly Answer[]>, limits: GroupLimits) {
    this.#commit = commit;
    this.#limits = limits;
  }

  /** Resolves once the commit that holds it is done. @throws Overloaded, and whatever that commit throws */
  add(request: Request): Promise<Answer> {
    if (this.#waiting.length >= this.#limits.queueSize)
      return Promise.reject(new Overloaded("the queue is full"));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    await new Promise((resume) => setTimeout(resume, this.#limits.gatherMs));
    while (this.#waiting.length > 0) {
      const group = this.#waiting.slice(0, this.#limits.groupSize);
      this.#waiting = this.#waiting.slice(group.length);
      await this.#carryOut(group);
    }
    this.#running = false;
  }

  async #carryOut(group: readonly Place<Request, Answer>[]): Promise<void> {
    try {
      const answers = await this.#commit(group.map(({ request }) => request));
      if (answers.length !== group.length) throw new Error("a commit did not answer each of its requests");
      for (const [i, answer] of answers.entries()) group[i]?.resolve(answer);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}
