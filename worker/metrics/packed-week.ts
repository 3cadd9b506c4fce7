import { COUNTERS, type Counters, emptyTally, type Sums, type Tally } from "./definitions.ts";
import { addCount, type Histogram } from "./histogram.ts";
import { PackedReader, packNumber } from "./packed-text.ts";

/** Calls by status in one hour of the week. */
export type HourCounts = Pick<Counters, "connected" | "missed" | "declined">;

/** By local hour of the week, 0–167, from Sunday 00:00. */
export type Hours = Map<number, HourCounts>;

/** By caller id. */
export type Callers = Map<string, Tally>;

/**
 * The stored form of `hours`: per hour with calls, ascending, the distance from the hour before (the
 * first from 0), then connected, missed and declined. Equal counts give equal text; none give "".
 * @throws RangeError for a negative count: a rollup that lost calls it never had
 */
export function packHours(hours: Hours): string {
  let text = "";
  let before = 0;
  for (const [hour, { connected, missed, declined }] of ascending(hours)) {
    if (connected === 0 && missed === 0 && declined === 0) continue;
    text += packNumber(hour - before) + packNumber(connected) + packNumber(missed) + packNumber(declined);
    before = hour;
  }
  return text;
}

/** Adds a stored form of `hours`. @throws RangeError when it is none */
export function addPackedHours(into: Hours, packed: string): void {
  const reader = new PackedReader(packed);
  for (let hour = 0; !reader.done; ) {
    hour += reader.number();
    const counts = hourOf(into, hour);
    counts.connected += reader.number();
    counts.missed += reader.number();
    counts.declined += reader.number();
  }
}

/** The counts of an hour, from now on in `hours`. */
export function hourOf(hours: Hours, hour: number): HourCounts {
  let counts = hours.get(hour);
  if (counts === undefined) {
    counts = { connected: 0, missed: 0, declined: 0 };
    hours.set(hour, counts);
  }
  return counts;
}

/** Ends a caller's id, in which it cannot be. */
const END = "!";

/**
 * The stored form of `callers`: per caller with calls, by id, the id and `!`, the counters in their
 * order, the number of the histogram's buckets, then per bucket the distance from the one before and
 * its calls. Equal tallies give equal text; none give "".
 * @throws RangeError for a negative sum
 */
export function packCallers(callers: Callers): string {
  let text = "";
  for (const id of [...callers.keys()].sort()) {
    const tally = callers.get(id);
    if (tally === undefined || isEmpty(tally)) continue;
    text += id + END;
    for (const counter of COUNTERS) text += packNumber(tally.counters[counter]);
    text += packHistogramText(tally.hist);
  }
  return text;
}

/**
 * Adds a stored form of `callers`, or several in one text, to the sums that `into` finds for each caller.
 * @throws RangeError when it is none
 */
export function addPackedCallers(into: (caller: string) => Sums, packed: string): void {
  const reader = new PackedReader(packed);
  while (!reader.done) {
    const { counters, hist } = into(reader.until(END));
    for (const counter of COUNTERS) counters[counter] += reader.number();
    let bucket = 0;
    for (let left = reader.number(); left > 0; left -= 1) {
      bucket += reader.number();
      addCount(hist, bucket, reader.number());
    }
  }
}

/** The tally of a caller, from now on in `callers`. */
export function callerOf(callers: Callers, id: string): Tally {
  let tally = callers.get(id);
  if (tally === undefined) {
    tally = emptyTally();
    callers.set(id, tally);
  }
  return tally;
}

function packHistogramText(histogram: Histogram): string {
  let text = packNumber(histogram.size);
  let before = 0;
  for (const [bucket, count] of ascending(histogram)) {
    text += packNumber(bucket - before) + packNumber(count);
    before = bucket;
  }
  return text;
}

function isEmpty({ counters }: Tally): boolean {
  return counters.connected === 0 && counters.missed === 0 && counters.declined === 0;
}

function ascending<T>(by: ReadonlyMap<number, T>): [number, T][] {
  return [...by].sort(([a], [b]) => a - b);
}
