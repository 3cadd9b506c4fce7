import fc from "fast-check";
import { expect, test } from "vitest";
import { add, type Batch, batchesOf, type Figures, NOTHING, type Tally, without } from "./tell.ts";

const tally = (day: number, n: number, more: Partial<Tally> = {}): Tally => ({
  day,
  action: "accept_all",
  preferences: true,
  analytics: true,
  marketing: true,
  language: "en",
  country: "IN",
  policyVersion: "1",
  noticeHash: "aa",
  n,
  ...more,
});
const REFUSED = { action: "reject_all", preferences: false, analytics: false, marketing: false } as const;

test("a small group takes the smallest other with it, so that nobody subtracts", () => {
  const [batch] = batchesOf([
    tally(1, 12),
    tally(1, 30, { language: "hi" }),
    tally(1, 3, { ...REFUSED, language: "hi" }),
  ]);
  expect(batch?.figures).toEqual({
    n: 45,
    choices: { "": 45 },
    languages: { hi: 33, en: 12 },
    countries: { IN: 45 },
    notices: { "1 aa": 45 },
  });
});

test("days with few choices wait for the next", () => {
  expect(batchesOf([tally(1, 4), tally(2, 5), tally(3, 1), tally(4, 10), tally(5, 9)])).toMatchObject([
    { fromDay: 1, toDay: 3, figures: { n: 10 } },
    { fromDay: 4, toDay: 4, figures: { n: 10 } },
  ]);
});

const KINDS = fc.constantFrom<Partial<Tally>>(
  {},
  REFUSED,
  { language: "hi" },
  { country: "" },
  { ...REFUSED, language: "ta" },
);
const arrivals = fc.array(fc.tuple(fc.nat(1), KINDS, fc.integer({ min: 1, max: 14 })), { maxLength: 40 });

test("whenever one asks, no two answers differ by fewer than ten choices, in any group", () => {
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 4 }), (steps, askEvery) => {
      let day = 1;
      let told: Figures = NOTHING;
      let until: { day: number; cells: Tally[] } = { day: 0, cells: [] };
      const all = new Map<string, Tally>();
      steps.forEach(([later, kind, n], i) => {
        day += later;
        const one = tally(day, n, kind);
        const key = JSON.stringify({ ...one, n: 0 });
        all.set(key, { ...one, n: (all.get(key)?.n ?? 0) + n });
        if (i % askEvery > 0) return;
        const open = [...all.values()].filter((t) => t.day >= until.day).sort((a, b) => a.day - b.day);
        const batches: Batch[] = batchesOf(without(open, until.cells));
        for (const batch of batches) {
          const groups = [
            batch.figures.choices,
            batch.figures.languages,
            batch.figures.countries,
            batch.figures.notices,
          ];
          for (const group of groups) {
            const counts = Object.values(group);
            expect(counts.every((count) => count >= 10)).toBe(true);
            expect(counts.reduce((a, b) => a + b, 0)).toBe(batch.figures.n);
          }
          told = add(told, batch.figures);
        }
        const last = batches.at(-1);
        if (last !== undefined) until = { day: last.toDay, cells: open.filter((t) => t.day === last.toDay) };
        const arrived = [...all.values()].reduce((sum, t) => sum + t.n, 0);
        // Nothing is told twice, and never more than nine wait.
        expect(arrived - told.n).toBeGreaterThanOrEqual(0);
        expect(arrived - told.n).toBeLessThan(10);
      });
    }),
  );
});
