import type { CallerState, LiveMessage, SlotRow } from "./message.ts";

/** Today's slots of every team and what each caller is doing, as the newest messages tell them. Never changed, only replaced. */
export interface Board {
  readonly seq: number;
  readonly day: string;
  /** Per team (null: all teams) the rows by the slot's beginning. */
  readonly teams: ReadonlyMap<string | null, ReadonlyMap<number, SlotRow>>;
  /** By caller; nobody who is offline. */
  readonly states: ReadonlyMap<string, CallerState>;
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
    const { seq, day } = message;
    return {
      seq,
      day,
      teams: withRows(new Map(), message.rows),
      states: withStates(new Map(), message.states),
    };
  }
  // An older delta, of a connection that was given up, would turn numbers back.
  if (message.type === "beat" || board === null || message.seq < board.seq) return board;
  const { seq, rows, states } = message;
  return { ...board, seq, teams: withRows(board.teams, rows), states: withStates(board.states, states) };
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

function withStates(before: Board["states"], states: readonly CallerState[]): Board["states"] {
  if (states.length === 0) return before;
  const after = new Map(before);
  for (const state of states) {
    if (state.state === "offline") after.delete(state.caller);
    else after.set(state.caller, state);
  }
  return after;
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

/** Teams with calls today or with callers at work, in the order of people (t_2 before t_10). */
export function teamsOf(board: Board): string[] {
  const order = new Intl.Collator("en", { numeric: true });
  const callers = [...board.states.values()].map(({ team }) => team);
  const teams = new Set([...board.teams.keys(), ...callers].filter((team) => team !== null));
  return [...teams].sort(order.compare);
}
