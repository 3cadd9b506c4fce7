import fc from "fast-check";
import { expect, test } from "vitest";
import { clampRange, cut, SLOT_MS } from "./range.ts";
import { zoneNamed } from "./zone.ts";

const at = (text: string) => Date.parse(text);
const slot = (text: string) => at(text) / SLOT_MS;
const day = (date: string) => at(`${date}T00:00:00Z`) / 86_400_000;

function zone(name: string) {
  const found = zoneNamed(name);
  if (found === null) throw new Error(`no zone ${name}`);
  return found;
}

test("whole local days need nothing but day rollups", () => {
  const range = { from: at("2026-10-29T18:30:00Z"), to: at("2026-10-31T18:30:00Z") };
  expect(cut([range], zone("Asia/Kolkata"), true)).toEqual({
    days: [[0, day("2026-10-30"), day("2026-11-01")]],
    slots: [],
    calls: [],
  });
});

test("edges on no slot: days in the middle, slots beside them, calls at the very ends", () => {
  const range = { from: at("2026-09-14T03:17:11.123Z"), to: at("2026-09-16T21:43:59.877Z") };
  expect(cut([range], zone("Asia/Kolkata"), true)).toEqual({
    days: [[0, day("2026-09-15"), day("2026-09-17")]],
    slots: [
      [0, slot("2026-09-14T03:30:00Z"), slot("2026-09-14T18:30:00Z")],
      [0, slot("2026-09-16T18:30:00Z"), slot("2026-09-16T21:30:00Z")],
    ],
    calls: [
      [0, range.from, at("2026-09-14T03:30:00Z")],
      [0, at("2026-09-16T21:30:00Z"), range.to],
    ],
  });
});

test("less than a slot is calls alone; without slot rollups so is every edge", () => {
  const inside = { from: at("2026-09-14T03:01:00Z"), to: at("2026-09-14T03:29:00Z") };
  expect(cut([inside], zone("UTC"), true)).toEqual({
    days: [],
    slots: [],
    calls: [[0, inside.from, inside.to]],
  });
  const edge = { from: at("2026-09-14T03:00:00Z"), to: at("2026-09-15T00:00:00Z") };
  expect(cut([edge], zone("UTC"), false)).toEqual({ days: [], slots: [], calls: [[0, edge.from, edge.to]] });
});

test("days of 45-minute offsets begin inside a slot: that half of it is calls", () => {
  const range = { from: at("2026-10-29T18:00:00Z"), to: at("2026-10-30T18:15:00Z") };
  expect(cut([range], zone("Asia/Kathmandu"), true)).toEqual({
    days: [[0, day("2026-10-30"), day("2026-10-31")]],
    slots: [],
    calls: [[0, at("2026-10-29T18:00:00Z"), at("2026-10-29T18:15:00Z")]],
  });
});

const instants = fc.integer({ min: Date.UTC(2026, 1, 1), max: Date.UTC(2026, 11, 31) });

test("every instant of a range lies in exactly one piece, and no other instant in any", () => {
  const names = fc.constantFrom("Asia/Kolkata", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe");
  fc.assert(
    fc.property(names, instants, instants, fc.boolean(), fc.array(instants), (name, a, b, slots, probes) => {
      const range = { from: Math.min(a, b), to: Math.max(a, b) };
      const days = zone(name);
      const pieces = cut([range], days, slots);
      for (const probe of [...probes, range.from, range.to, range.from - 1, range.to - 1]) {
        const hits =
          pieces.days.filter(([, from, to]) => from <= days.localDay(probe) && days.localDay(probe) < to)
            .length +
          pieces.slots.filter(([, from, to]) => from * SLOT_MS <= probe && probe < to * SLOT_MS).length +
          pieces.calls.filter(([, from, to]) => from <= probe && probe < to).length;
        expect(hits).toBe(range.from <= probe && probe < range.to ? 1 : 0);
      }
    }),
  );
});

test("a range of ten thousand years is read no further than calls can be", () => {
  const now = at("2026-11-24T00:00:00Z");
  expect(clampRange({ from: at("0001-01-01T00:00:00Z"), to: at("9999-12-31T00:00:00Z") }, now)).toEqual({
    from: at("2000-01-01T00:00:00Z"),
    to: at("2026-11-26T00:00:00Z"),
  });
  const future = clampRange({ from: at("2030-01-01T00:00:00Z"), to: at("2031-01-01T00:00:00Z") }, now);
  expect(future.from).toBe(future.to);
  const past = clampRange({ from: at("1900-01-01T00:00:00Z"), to: at("1901-01-01T00:00:00Z") }, now);
  expect(past.from).toBe(past.to);
});
