const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Greylisting asks for minutes, a server that is away for hours. */
const FIRST = MINUTE;
const LONGEST = 6 * HOUR;

/** After so many attempts, some 26 hours, a letter waits for a person. */
export const MOST_ATTEMPTS = 12;

/** Nothing is ever planned further ahead: what is due later than that was planned by a clock that ran ahead. */
export const FURTHEST = 24 * HOUR;

/**
 * Milliseconds until the next attempt: doubled each time, and a half of it left to chance, so that what
 * failed together does not come back together.
 * @param attempts made so far, from 1
 * @param chance from 0 to 1
 */
export function backOff(attempts: number, chance: number): number {
  const whole = Math.min(LONGEST, FIRST * 2 ** (attempts - 1));
  return Math.round(whole / 2 + (whole / 2) * chance);
}
