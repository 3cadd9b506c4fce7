import type { Change } from "../calls/call.ts";
import { type Counts, countStatus, countsOf } from "../metrics/definitions.ts";
import type { SlotCounts } from "../metrics/queries.ts";
import { SLOT_MS, slotOf } from "../metrics/range.ts";
import { ALL_TEAMS, type RolledCall } from "../metrics/rollups.ts";
import { dayLabel, type Zone } from "../metrics/zone.ts";

/** One row of the live board: a team's slot, or with `team` null the whole organisation's. */
export interface BoardRow extends Counts {
  readonly team: string | null;
  /** The slot's beginning, RFC 3339. */
  readonly start: string;
}

interface Entry {
  readonly counts: { connected: number; missed: number; declined: number; talk_s: number };
  readonly team: string;
  readonly slot: number;
  /** The commit that changed it last. */
  seq: number;
}

/**
 * Today's slots of one organisation as of its head: what every open page shows. It is only moved on by
 * the commits that follow the one it was loaded at.
 */
export class Board {
  readonly day: number;
  readonly #zone: Zone;
  readonly #loadedAt: number;
  readonly #entries = new Map<string, Entry>();
  #seq: number;

  /**
   * @param day the local day in `zone`
   * @param rows its whole slots
   * @param edges the calls of its slots that belong to two days, where midnight falls inside a slot
   */
  constructor(
    zone: Zone,
    day: number,
    seq: number,
    rows: readonly SlotCounts[],
    edges: readonly RolledCall[],
  ) {
    this.day = day;
    this.#zone = zone;
    this.#loadedAt = seq;
    this.#seq = seq;
    for (const { team, slot, ...counts } of rows) {
      this.#entries.set(`${team} ${slot}`, { team, slot, counts, seq });
    }
    for (const call of edges) this.#count(call, 1);
  }

  get seq(): number {
    return this.#seq;
  }

  /** The local day as `2026-10-31`. */
  get label(): string {
    return dayLabel(this.day);
  }

  /** Moves on to the commit `seq`, which made these changes. */
  apply(changes: readonly Change[], seq: number): void {
    this.#seq = seq;
    for (const { before, after } of changes) {
      if (before !== null) this.#count(before, -1);
      this.#count(after, 1);
    }
  }

  #count(call: RolledCall, sign: 1 | -1): void {
    if (this.#zone.localDay(call.started_at) !== this.day) return;
    const slot = slotOf(call.started_at);
    for (const team of [call.team, ALL_TEAMS]) {
      const id = `${team} ${slot}`;
      const entry = this.#entries.get(id) ?? {
        team,
        slot,
        counts: { connected: 0, missed: 0, declined: 0, talk_s: 0 },
        seq: this.#seq,
      };
      this.#entries.set(id, entry);
      entry.seq = this.#seq;
      countStatus(entry.counts, call, sign);
    }
  }

  /** Every row with calls. */
  rows(): BoardRow[] {
    return [...this.#entries.values()].map(rowOf).filter((row) => row.n > 0);
  }

  /** Whether `changedSince(seq)` is all that somebody missed who was told everything of this day up to `seq`. */
  remembers(seq: number): boolean {
    return seq > this.#loadedAt && seq <= this.#seq;
  }

  /** The rows that changed after `seq`, whole; emptied ones with zeros. */
  changedSince(seq: number): BoardRow[] {
    return [...this.#entries.values()].filter((entry) => entry.seq > seq).map(rowOf);
  }
}

function rowOf({ team, slot, counts }: Entry): BoardRow {
  return {
    team: team === ALL_TEAMS ? null : team,
    start: new Date(slot * SLOT_MS).toISOString(),
    ...countsOf(counts),
  };
}
