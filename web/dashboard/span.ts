import type { SlotRow } from "../live/message.ts";
import type { DayClock } from "./day.ts";

/** One half hour on the chart's axis. */
export interface SpanSlot {
  /** "09:30" */
  readonly from: string;
  readonly connected: number;
  readonly missed: number;
  readonly declined: number;
}

/** Shown even while empty, so that the axis stands still over a working day. */
const USUAL_FROM = "08:00";
const USUAL_TO = "20:00";

/** The half hours from morning to evening, wider where there were calls outside. */
export function span(rows: readonly SlotRow[], clock: DayClock): SpanSlot[] {
  const byStart = new Map(rows.map((row) => [row.start, row]));
  const all = clock.slots.map((start) => {
    const row = byStart.get(start);
    return {
      from: clock.time(start),
      connected: row?.connected ?? 0,
      missed: row?.missed ?? 0,
      declined: row?.declined ?? 0,
    };
  });
  const wanted = (slot: SpanSlot) =>
    (slot.from >= USUAL_FROM && slot.from < USUAL_TO) || slot.connected + slot.missed + slot.declined > 0;
  return all.slice(Math.max(0, all.findIndex(wanted)), all.findLastIndex(wanted) + 1);
}
