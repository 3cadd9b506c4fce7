import type { SlotRow } from "../live/message.ts";
import type { DayClock } from "./day.ts";
import { formatCount, formatShare } from "./figures.ts";

/** What the chart says, in one sentence with its conclusion. */
export function sentenceOf(who: string, rows: readonly SlotRow[], clock: DayClock): string {
  const n = rows.reduce((sum, row) => sum + row.n, 0);
  const connected = rows.reduce((sum, row) => sum + row.connected, 0);
  const first = rows[0];
  if (n === 0 || first === undefined) return `No calls yet today for ${who}.`;
  const busiest = rows.reduce((most, row) => (row.n > most.n ? row : most), first);
  const calls = (count: number) => `${formatCount(count)} ${count === 1 ? "call" : "calls"}`;
  return (
    `${calls(n)} today for ${who}, ${formatShare(connected, n)} connected; ` +
    `the busiest half hour began at ${clock.time(busiest.start)} with ${calls(busiest.n)}.`
  );
}
