import fc from "fast-check";
import { expect, test } from "vitest";
import { addCount, addDuration, addPacked, type Histogram, packHistogram, percentiles } from "./histogram.ts";

function percentile(histogram: Histogram, percent: number): number | null {
  return percentiles(histogram, [percent])[0] ?? null;
}

function of(...durations: number[]): Histogram {
  const histogram: Histogram = new Map();
  for (const duration of durations) addDuration(histogram, duration, 1);
  return histogram;
}

test("nearest rank by hand: of five values the 50th percentile is the third, the 90th the fifth", () => {
  const histogram = of(40, 15, 35, 20, 50);
  expect(percentiles(histogram, [20, 21, 50, 90, 95, 100])).toEqual([15, 20, 35, 50, 50, 50]);
  expect(percentile(histogram, 90)).toBe(50);
});

test("nothing counted has no percentile, and a call of no length has one of 0", () => {
  expect(percentile(new Map(), 50)).toBeNull();
  expect(percentile(of(0), 50)).toBe(0);
});

test("every duration of a day is answered within 1 %, and exactly below 99 s", () => {
  for (let duration = 0; duration <= 86_400; duration += 1) {
    const answer = percentile(of(duration), 50);
    if (answer === null) throw new Error("a counted duration has a percentile");
    if (duration < 99) expect(answer).toBe(duration);
    if (Math.abs(answer - duration) * 100 > duration) {
      throw new Error(`${duration} s is answered with ${answer} s`);
    }
  }
});

test("the packed form is the stored format: 3 buckets, at 0 (2 calls), 98 (1) and 99 (300 of 100 s)", () => {
  const histogram = of(0, 0, 98);
  addDuration(histogram, 100, 300);
  // 03 | 00 02 | +62 01 | +01 AC 02 (300 in LEB128)
  expect(packHistogram(histogram)).toBe("030002620101ac02");
});

test("packed forms are read one after the other, in either case", () => {
  const histogram: Histogram = new Map();
  addPacked(histogram, packHistogram(of(10, 500)) + packHistogram(of(10, 86_400)).toUpperCase());
  expect(histogram).toEqual(of(10, 10, 500, 86_400));
});

test("a broken packed form is refused", () => {
  expect(() => addPacked(new Map(), "0300")).toThrow(RangeError);
  expect(() => addPacked(new Map(), "01zz01")).toThrow(RangeError);
});

test("fewer than no calls cannot be stored", () => {
  const histogram = of(10);
  addDuration(histogram, 20, -1);
  expect(() => packHistogram(histogram)).toThrow(RangeError);
});

test.each([-1, 86_401, 1.5])("%d s is no duration", (duration) => {
  expect(() => of(duration)).toThrow(RangeError);
});

const durations = fc.array(fc.integer({ min: 0, max: 86_400 }), { maxLength: 60 });

test("taking away what was added leaves the same bytes, in any order", () => {
  fc.assert(
    fc.property(durations, durations, (kept, gone) => {
      const histogram: Histogram = new Map();
      for (const [bucket, count] of of(...gone)) addCount(histogram, bucket, count);
      for (const [bucket, count] of of(...kept)) addCount(histogram, bucket, count);
      for (const duration of gone) addDuration(histogram, duration, -1);
      expect(packHistogram(histogram)).toBe(packHistogram(of(...kept.toReversed())));
    }),
  );
});

test("percentiles of any durations are within 1 % of a sorted list's", () => {
  fc.assert(
    fc.property(durations, fc.integer({ min: 1, max: 100 }), (list, percent) => {
      fc.pre(list.length > 0);
      const truth = list.toSorted((a, b) => a - b)[Math.ceil((percent * list.length) / 100) - 1] ?? -1;
      const answer = percentile(of(...list), percent) ?? Number.NaN;
      expect(Math.abs(answer - truth) * 100).toBeLessThanOrEqual(truth);
    }),
  );
});
