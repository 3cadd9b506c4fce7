import { DatabaseUnavailable } from "../../db/client.ts";

/** What became of one request's items: a verdict for each, or nobody knows, and sending them again is safe. */
export type Answer<Verdict, Result> =
  | { readonly outcome: "stored"; readonly verdicts: readonly Verdict[]; readonly result: Result }
  | { readonly outcome: "unavailable" };

interface Waiting<Item, Verdict, Result> {
  readonly items: readonly Item[];
  readonly answered: PromiseWithResolvers<Answer<Verdict, Result>>;
}

interface Work<Item, Verdict, Result> {
  /** Runs one commit after the other. */
  enqueue(commit: () => Promise<void>): void;
  /** Commits a group: one verdict per item, in their order. @throws DatabaseUnavailable */
  commit(org: string, items: readonly Item[]): Promise<{ verdicts: readonly Verdict[]; result: Result }>;
}

/** One group's transaction must stay well under a second. */
const GROUP_ITEMS = 5000;
/** Beyond this the room is behind by seconds: refuse at once instead of promising. */
const WAITING_ITEMS = 20_000;
/** Whoever waited this long is told to come again; the commit itself goes on. */
const ANSWER_MS = 25_000;

/** Requests that come while a commit is under way wait, and go together into the next one. */
export class GroupCommit<Item, Verdict, Result> {
  readonly #work: Work<Item, Verdict, Result>;
  #waiting: Waiting<Item, Verdict, Result>[] = [];
  #waitingItems = 0;

  constructor(work: Work<Item, Verdict, Result>) {
    this.#work = work;
  }

  /** Commits one request's items with those of the others that wait. */
  async add(org: string, items: readonly Item[]): Promise<Answer<Verdict, Result>> {
    if (this.#waitingItems + items.length > WAITING_ITEMS) return { outcome: "unavailable" };
    const waiting = { items, answered: Promise.withResolvers<Answer<Verdict, Result>>() };
    this.#waiting.push(waiting);
    this.#waitingItems += items.length;
    if (this.#waiting.length === 1) this.#work.enqueue(() => this.#commitGroup(org));
    const late = Promise.withResolvers<Answer<Verdict, Result>>();
    const timer = setTimeout(() => late.resolve({ outcome: "unavailable" }), ANSWER_MS);
    try {
      return await Promise.race([waiting.answered.promise, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #commitGroup(org: string): Promise<void> {
    const group = this.#takeGroup();
    if (this.#waiting.length > 0) this.#work.enqueue(() => this.#commitGroup(org));
    try {
      const all = group.flatMap((one) => one.items);
      const { verdicts, result } = await this.#work.commit(org, all);
      let at = 0;
      for (const { items, answered } of group) {
        answered.resolve({ outcome: "stored", verdicts: verdicts.slice(at, at + items.length), result });
        at += items.length;
      }
    } catch (error) {
      for (const { answered } of group) {
        if (error instanceof DatabaseUnavailable) answered.resolve({ outcome: "unavailable" });
        else answered.reject(error);
      }
    }
  }

  #takeGroup(): Waiting<Item, Verdict, Result>[] {
    let items = 0;
    let size = 0;
    for (const one of this.#waiting) {
      if (size > 0 && items + one.items.length > GROUP_ITEMS) break;
      items += one.items.length;
      size += 1;
    }
    this.#waitingItems -= items;
    return this.#waiting.splice(0, size);
  }
}
