/**
 * Durations of connected calls, counted in buckets: exact below 99 s, then every answer is a whole
 * number of seconds at most 1 % from each duration of its bucket (ratio 1.02). The bucket bounds are
 * part of the stored format: changing them means rebuilding every rollup.
 */

/** Bucket number → calls. A count of a difference may be negative. */
export type Histogram = Map<number, number>;

/** Calls by bucket number: for adding up many histograms, where a map costs more than all the rest. */
export type BucketCounts = Float64Array;

const LONGEST_S = 86_400;

/** Of each bucket the value it answers with, and of each duration its bucket. */
const { answers, buckets } = layOut();

function layOut(): { answers: readonly number[]; buckets: Uint16Array } {
  const answers: number[] = [];
  const buckets = new Uint16Array(LONGEST_S + 1);
  for (let low = 0; low <= LONGEST_S; ) {
    // The largest whole answer within 1 % of `low`, and the longest duration within 1 % of that answer.
    const answer = Math.floor((low * 101) / 100);
    const high = Math.min(Math.floor((answer * 100) / 99), LONGEST_S);
    buckets.fill(answers.length, low, high + 1);
    answers.push(Math.min(answer, high));
    low = high + 1;
  }
  return { answers, buckets };
}

export function newBucketCounts(): BucketCounts {
  return new Float64Array(answers.length);
}

/** Adds `count` calls of this duration (whole seconds, 0–86,400). */
export function addDuration(into: Histogram | BucketCounts, durationS: number, count: number): void {
  const bucket = buckets[durationS];
  if (bucket === undefined) throw new RangeError("a duration is a whole number from 0 to 86,400 seconds");
  addCount(into, bucket, count);
}

/** @throws RangeError for a bucket that there is not */
export function addCount(into: Histogram | BucketCounts, bucket: number, count: number): void {
  if (into instanceof Float64Array) {
    if (bucket >= into.length) throw new RangeError("a packed histogram has a bucket beyond the last");
    into[bucket] = (into[bucket] ?? 0) + count;
    return;
  }
  const sum = (into.get(bucket) ?? 0) + count;
  if (sum === 0) into.delete(bucket);
  else into.set(bucket, sum);
}

/**
 * The nearest-rank percentiles in seconds: for each the duration whose rank is ⌈percent / 100 × n⌉ in
 * ascending order, at most 1 % off. Null when nothing was counted.
 * @param percents whole numbers from 1 to 100, ascending
 */
export function percentiles(
  histogram: Histogram | BucketCounts,
  percents: readonly number[],
): (number | null)[] {
  const counts = histogram instanceof Float64Array ? histogram : countsOf(histogram);
  let n = 0;
  for (const count of counts) n += count;
  if (n === 0) return percents.map(() => null);
  let bucket = 0;
  let seen = counts[0] ?? 0;
  return percents.map((percent) => {
    const rank = Math.ceil((percent * n) / 100);
    while (seen < rank) {
      bucket += 1;
      seen += counts[bucket] ?? 0;
    }
    return answers[bucket] ?? null;
  });
}

function countsOf(histogram: Histogram): BucketCounts {
  const counts = newBucketCounts();
  for (const [bucket, count] of histogram) counts[bucket] = count;
  return counts;
}

/**
 * Lower-case hex of the packed form: LEB128 number of buckets, then per bucket in ascending order
 * LEB128 distance from the bucket before (the first from 0) and LEB128 count. Equal histograms give
 * equal bytes, and packed forms can be read one after the other from one string. Empty is "".
 * @throws RangeError for a negative count: a rollup that lost calls it never had
 */
export function packHistogram(histogram: Histogram): string {
  return changePackedHistogram("", histogram);
}

/** The packed form of what `packed` holds with these differences. @throws RangeError as above */
export function changePackedHistogram(packed: string, changes: Histogram): string {
  scratch.fill(0);
  addPacked(scratch, packed);
  for (const [bucket, count] of changes) addCount(scratch, bucket, count);
  let hex = "";
  let filled = 0;
  let before = 0;
  for (let bucket = 0; bucket < scratch.length; bucket += 1) {
    const count = scratch[bucket] ?? 0;
    if (count === 0) continue;
    if (count < 0) throw new RangeError("a histogram cannot hold fewer than no calls");
    hex += varint(bucket - before) + varint(count);
    filled += 1;
    before = bucket;
  }
  return filled === 0 ? "" : varint(filled) + hex;
}

/**
 * Adds every packed histogram of a hex string, one after the other.
 * @throws RangeError when the string is no such sequence
 */
export function addPacked(into: Histogram | BucketCounts, hex: string): void {
  const reader = new VarintReader(hex);
  while (!reader.done) {
    let bucket = 0;
    for (let left = reader.next(); left > 0; left -= 1) {
      bucket += reader.next();
      addCount(into, bucket, reader.next());
    }
  }
}

const scratch = newBucketCounts();
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function varint(value: number): string {
  let hex = "";
  let rest = value;
  while (rest >= 0x80) {
    hex += HEX[(rest % 0x80) | 0x80];
    rest = Math.floor(rest / 0x80);
  }
  return hex + HEX[rest];
}

class VarintReader {
  readonly #hex: string;
  #at = 0;

  constructor(hex: string) {
    this.#hex = hex;
  }

  get done(): boolean {
    return this.#at >= this.#hex.length;
  }

  next(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = digit(this.#hex.charCodeAt(this.#at)) * 16 + digit(this.#hex.charCodeAt(this.#at + 1));
      this.#at += 2;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }
}

/** Of each character code its value as a digit. SQLite's hex() writes capitals, we write small letters. */
const digits = new Int8Array(128).fill(-1);
for (const [value, digit] of [..."0123456789abcdef"].entries()) {
  digits[digit.charCodeAt(0)] = value;
  digits[digit.toUpperCase().charCodeAt(0)] = value;
}

function digit(code: number): number {
  const value = digits[code] ?? -1;
  if (value < 0) throw new RangeError("a packed histogram is broken off or not hex");
  return value;
}
