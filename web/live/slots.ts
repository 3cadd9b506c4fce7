import type { Board } from "./board.ts";
import type { SlotRow } from "./message.ts";

/** A team's rows of the day, oldest first; `null` for all teams. */
export function slotsOf(board: Board, team: string | null): SlotRow[] {
  return [...(board.teams.get(team)?.values() ?? [])].sort((a, b) => a.start - b.start);
}
