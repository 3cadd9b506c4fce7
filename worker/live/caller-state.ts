/** What a caller can be doing; `offline` takes them off the board. */
export const STATES = ["available", "on_call", "wrap_up", "paused", "offline"] as const;
export type State = (typeof STATES)[number];

/** A list and no free text: why a person pauses can be a matter of health, which is nobody's on a wall. */
export const REASONS = ["break", "meal", "meeting", "training", "admin", "technical", "other"] as const;
export type Reason = (typeof REASONS)[number];

/** A word about a caller. Times are UTC ms. */
export interface ToldState {
  readonly caller: string;
  readonly team: string;
  readonly state: State;
  readonly since: number;
  readonly reason: Reason | null;
  readonly call: CallInProgress | null;
}

/** The newest word about a caller, as it is stored. */
export interface CallerState extends ToldState {
  /** When it was said last, by the room's clock. */
  readonly heard_at: number;
}

export interface CallInProgress {
  readonly call_id: string;
  readonly direction: "inbound" | "outbound";
  readonly started_at: number;
}

/** What the board shows of a caller: times are RFC 3339. */
export interface StateRow {
  readonly caller_id: string;
  readonly team_id: string;
  readonly state: State;
  readonly since: string;
  readonly reason: Reason | null;
  readonly call: { readonly call_id: string; readonly direction: string; readonly started_at: string } | null;
}

const HOUR_MS = 3_600_000;
/**
 * How long a state is believed after the last word about it, where the next one was lost: longer than
 * nearly every call, and than a shift. Saying it again, unchanged, renews it.
 */
const BELIEVED_MS: Readonly<Record<State, number>> = {
  on_call: 4 * HOUR_MS,
  wrap_up: HOUR_MS,
  available: 12 * HOUR_MS,
  paused: 12 * HOUR_MS,
  offline: 12 * HOUR_MS,
};
export const LONGEST_BELIEVED_MS = 12 * HOUR_MS;

export type StateVerdict = "accepted" | "duplicate" | "stale";

/** The newest `since` counts; of two that say the same instant the one that comes later, since clocks may count in seconds. */
export function judgeState(known: ToldState | undefined, told: ToldState): StateVerdict {
  if (known === undefined || told.since > known.since) return "accepted";
  if (told.since < known.since) return "stale";
  return sameState(known, told) ? "duplicate" : "accepted";
}

function sameState(a: ToldState, b: ToldState): boolean {
  return (
    a.team === b.team &&
    a.state === b.state &&
    a.reason === b.reason &&
    a.call?.call_id === b.call?.call_id &&
    a.call?.direction === b.call?.direction &&
    a.call?.started_at === b.call?.started_at
  );
}

/**
 * What is true of a caller at `now` by the newest word about them.
 * @param endedAt when the call in progress ended, by its own event (UTC ms); null while none has come
 */
export function stateRow(known: CallerState, endedAt: number | null, now: number): StateRow {
  const wrapping = known.state === "on_call" && endedAt !== null;
  const state = wrapping ? "wrap_up" : known.state;
  const heardAt = wrapping ? Math.max(known.heard_at, endedAt) : known.heard_at;
  const row = { caller_id: known.caller, team_id: known.team, reason: known.reason, call: null };
  if (now - heardAt > BELIEVED_MS[state]) {
    return { ...row, state: "offline", since: instant(heardAt + BELIEVED_MS[state]), reason: null };
  }
  if (wrapping) return { ...row, state, since: instant(endedAt) };
  const { call } = known;
  return {
    ...row,
    state,
    since: instant(known.since),
    call: call === null ? null : { ...call, started_at: instant(call.started_at) },
  };
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
