import type { Call } from "./call.ts";

/** Some 10 MB at most: ids have up to 128 characters. */
const REMEMBERED = 50_000;
/** More at once than a stream brings: an import, which sends nothing twice. */
const OF_HISTORY = 5000;

/**
 * The revisions that a writer met lately: only a hint at which events are nothing new, so that what only
 * new ones need is not read for them. What is true is judged from the database.
 */
export class SeenRevisions {
  readonly #revisions = new Map<string, number>();

  /** True when an event of this revision or a higher one was met. */
  isKnown({ call_id, revision }: Call): boolean {
    return revision <= (this.#revisions.get(call_id) ?? 0);
  }

  /** The calls that events are about: those of which every event is nothing new, and the others. */
  divide(events: readonly Call[]): { settled: string[]; open: string[] } {
    const open = new Set<string>();
    for (const event of events) if (!this.isKnown(event)) open.add(event.call_id);
    const settled = new Set<string>();
    for (const { call_id } of events) if (!open.has(call_id)) settled.add(call_id);
    return { settled: [...settled], open: [...open] };
  }

  /** Holds what is remembered of these calls against what is stored, and forgets what is not so. */
  holds(callIds: readonly string[], stored: ReadonlyMap<string, number>): boolean {
    const wrong = callIds.filter((id) => (stored.get(id) ?? 0) < (this.#revisions.get(id) ?? 0));
    for (const id of wrong) this.#revisions.delete(id);
    return wrong.length === 0;
  }

  /** Remembers events that are in the database now, as they are or at a higher revision. */
  remember(events: readonly Call[]): void {
    if (events.length > OF_HISTORY) return;
    for (const { call_id, revision } of events) {
      const known = this.#revisions.get(call_id) ?? 0;
      this.#revisions.delete(call_id);
      this.#revisions.set(call_id, Math.max(known, revision));
    }
    for (const oldest of this.#revisions.keys()) {
      if (this.#revisions.size <= REMEMBERED) break;
      this.#revisions.delete(oldest);
    }
  }
}
