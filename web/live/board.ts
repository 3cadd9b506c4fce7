import type { LiveMessage, SlotRow } from "./message.ts";

/** Today's slots of every team, as the newest messages tell them. Never changed, only replaced. */
export interface Board {
  readonly seq: number;
  readonly day: string;
  /** Per team (null: all teams) the rows by the slot's beginning. */
  readonly teams: ReadonlyMap<string | null, ReadonlyMap<number, SlotRow>>;
}

export interface Totals {
  readonly n: number;
  readonly connected: number;
  readonly missed: number;
  readonly declined: number;
  readonly talk_s: number;
}

/** The board after a message. A snapshot replaces it; a delta's rows are whole, so that one may come twice. */
export function applyMessage(board: Board | null, message: LiveMessage): Board | null {
  if (message.type === "snapshot") {
    return { seq: message.seq, day: message.day, teams: withRows(new Map(), message.rows) };
  }
  // An older delta, of a connection that was given up, would turn numbers back.
  if (message.type === "beat" || board === null || message.seq < board.seq) return board;
  return { ...board, seq: message.seq, teams: withRows(board.teams, message.rows) };
}

function withRows(before: Board["teams"], rows: readonly SlotRow[]): Board["teams"] {
  const teams = new Map(before);
  for (const [team, own] of Map.groupBy(rows, (row) => row.team)) {
    const slots = new Map(before.get(team));
    for (const row of own) slots.set(row.start, row);
    teams.set(team, slots);
  }
  return teams;
}

/** A team's rows of the day, oldest first; `null` for all teams. */
export function slotsOf(board: Board, team: string | null): SlotRow[] {
  return [...(board.teams.get(team)?.values() ?? [])].sort((a, b) => a.start - b.start);
}

/** The sum of a team's day. */
export function totalsOf(board: Board, team: string | null): Totals {
  const totals = { n: 0, connected: 0, missed: 0, declined: 0, talk_s: 0 };
  for (const row of board.teams.get(team)?.values() ?? []) {
    totals.n += row.n;
    totals.connected += row.connected;
    totals.missed += row.missed;
    totals.declined += row.declined;
    totals.talk_s += row.talk_s;
  }
  return totals;
}

/** Teams with calls today, in the order of people (t_2 before t_10). */
export function teamsOf(board: Board): string[] {
  const order = new Intl.Collator("en", { numeric: true });
  return [...board.teams.keys()].filter((team) => team !== null).sort(order.compare);
}
