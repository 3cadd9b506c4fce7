import { COUNTERS, type Counters, emptyTally, type Sums, type Tally, type WideSums } from "./definitions.ts";
import { addCount, type BucketCounts, newBucketCounts } from "./histogram.ts";
import { changeEntries, PackedReader, packNumber } from "./packed-text.ts";
import { HOURS_OF_WEEK } from "./range.ts";

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
  return changePackedHours("", hours);
}

/** A stored form of `hours` with these differences. @throws RangeError where a count would be negative */
export function changePackedHours(packed: string, changes: Hours): string {
  const counts = new Float64Array(HOURS_OF_WEEK * 3);
  const reader = new PackedReader(packed);
  for (let hour = 0; !reader.done; ) {
    hour += reader.number();
    if (hour >= HOURS_OF_WEEK) throw new RangeError("a packed week has an hour beyond the last");
    for (let status = 0; status < 3; status += 1) counts[hour * 3 + status] = reader.number();
  }
  for (const [hour, { connected, missed, declined }] of changes) {
    const at = hour * 3;
    counts[at] = (counts[at] ?? 0) + connected;
    counts[at + 1] = (counts[at + 1] ?? 0) + missed;
    counts[at + 2] = (counts[at + 2] ?? 0) + declined;
  }
  let text = "";
  let before = 0;
  for (let hour = 0; hour < HOURS_OF_WEEK; hour += 1) {
    const [connected = 0, missed = 0, declined = 0] = counts.subarray(hour * 3, hour * 3 + 3);
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
  return changePackedCallers("", callers);
}

/**
 * A stored form of `callers` with these differences: most events are of few callers of a week.
 * @throws RangeError where a sum would be negative
 */
export function changePackedCallers(packed: string, changes: Callers): string {
  return changeEntries(packed, changes, {
    name: (reader) => reader.until(END),
    skip: (reader) => {
      reader.skip(COUNTERS.length);
      reader.skip(2 * reader.number());
    },
    changed: (id, { counters, hist }, stored) => {
      const sums: WideSums = { counters: { ...counters }, hist: newBucketCounts() };
      for (const [bucket, count] of hist) addCount(sums.hist, bucket, count);
      if (stored !== null) addEntry(sums, stored);
      if (isEmpty(sums)) return "";
      let text = id + END;
      for (const counter of COUNTERS) text += packNumber(sums.counters[counter]);
      return text + packHistogramText(sums.hist);
    },
  });
}

/**
 * Adds a stored form of `callers`, or several in one text, to the sums that `into` finds for each caller.
 * @throws RangeError when it is none
 */
export function addPackedCallers(into: (caller: string) => WideSums, packed: string): void {
  const reader = new PackedReader(packed);
  while (!reader.done) addEntry(into(reader.until(END)), reader);
}

/** Adds what stands after a caller's id. */
function addEntry({ counters, hist }: WideSums, reader: PackedReader): void {
  for (const counter of COUNTERS) counters[counter] += reader.number();
  reader.addPairs(reader.number(), hist);
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

function packHistogramText(counts: BucketCounts): string {
  let text = "";
  let filled = 0;
  let before = 0;
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    const count = counts[bucket] ?? 0;
    if (count === 0) continue;
    text += packNumber(bucket - before) + packNumber(count);
    filled += 1;
    before = bucket;
  }
  return packNumber(filled) + text;
}

function isEmpty({ counters }: Sums): boolean {
  return counters.connected === 0 && counters.missed === 0 && counters.declined === 0;
}
