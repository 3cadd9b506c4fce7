import type { Change } from "../calls/call.ts";
import { type StateRow, stateRow } from "./caller-state.ts";
import { endOf, type KnownState } from "./store-states.ts";

interface Entry extends KnownState {
  readonly row: StateRow;
  /** The change of this board that changed it last. */
  readonly changed: number;
}

/** Who does what, as every open page shows it. It counts its own changes: a state is no commit of calls. */
export class CallerBoard {
  readonly #entries = new Map<string, Entry>();
  #changes = 0;

  /** @param now UTC ms */
  constructor(states: readonly KnownState[], now: number) {
    for (const state of states) this.#put(state, now);
  }

  /** How often it has changed. */
  get changes(): number {
    return this.#changes;
  }

  /** Takes in newer words about callers. */
  apply(states: readonly KnownState[], now: number): void {
    for (const state of states) this.#put(state, now);
  }

  /** A call whose event has come is over: whoever was on it is not any more. */
  end(calls: readonly Change[], now: number): void {
    const ends = new Map(calls.map(({ after }) => [after.call_id, endOf(after)]));
    for (const { known } of this.#entries.values()) {
      const endedAt = known.call === null ? undefined : ends.get(known.call.call_id);
      if (endedAt !== undefined) this.#put({ known, endedAt }, now);
    }
  }

  /** Takes off the board whom nothing was heard of for too long. */
  expire(now: number): void {
    for (const entry of this.#entries.values()) this.#put(entry, now);
  }

  #put({ known, endedAt }: KnownState, now: number): void {
    const row = stateRow(known, endedAt, now);
    const before = this.#entries.get(known.caller);
    const same = before !== undefined && JSON.stringify(before.row) === JSON.stringify(row);
    if (!same) this.#changes += 1;
    this.#entries.set(known.caller, {
      known,
      endedAt,
      row,
      changed: same ? before.changed : this.#changes,
    });
  }

  /** Everybody who is at work. */
  rows(): StateRow[] {
    return this.changedSince(0).filter(({ state }) => state !== "offline");
  }

  /** Whoever changed after the first `changes` changes; who left is `offline`. */
  changedSince(changes: number): StateRow[] {
    return [...this.#entries.values()].filter(({ changed }) => changed > changes).map(({ row }) => row);
  }
}
