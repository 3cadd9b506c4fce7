import type { CallerState } from "../live/message.ts";

/** The states that the board shows, in its order, and their words. */
export const STATE_WORDS = {
  on_call: "On a call",
  wrap_up: "Wrap-up",
  available: "Available",
  paused: "Paused",
} as const;

type Shown = keyof typeof STATE_WORDS;
const ORDER = Object.keys(STATE_WORDS);

/** A team's callers, or everybody where `team` is null: by state, then whoever is in it longest. */
export function atWork(states: ReadonlyMap<string, CallerState>, team: string | null): CallerState[] {
  const rank = ({ state }: CallerState) => (ORDER.includes(state) ? ORDER.indexOf(state) : ORDER.length);
  return [...states.values()]
    .filter((one) => team === null || one.team === team)
    .sort((a, b) => rank(a) - rank(b) || a.since - b.since || (a.caller < b.caller ? -1 : 1));
}

/** "On a call, inbound", "Paused, training"; a state that this page does not know by its own name. */
export function wordsOf({ state, reason, direction }: CallerState): string {
  const word = isShown(state) ? STATE_WORDS[state] : state;
  const more = reason ?? direction;
  return more === null ? word : `${word}, ${more}`;
}

/** How many are in each state, those that nobody is in included. */
export function countStates(callers: readonly CallerState[]): { state: Shown; word: string; n: number }[] {
  return ORDER.filter(isShown).map((state) => ({
    state,
    word: STATE_WORDS[state],
    n: callers.filter((one) => one.state === state).length,
  }));
}

function isShown(state: string): state is Shown {
  return Object.hasOwn(STATE_WORDS, state);
}
