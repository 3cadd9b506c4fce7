import { expect, it } from "vitest";
import { phaseOf, predecessorOf, standingAt } from "./in-force.ts";
import { parseVersionName, type VersionName } from "./version.ts";

const NOON = Date.UTC(2026, 10, 24, 12);

function version(name: string, effectiveAt: number, noticedAt = effectiveAt - 1000) {
  const parsed = parseVersionName(name);
  if (parsed === null) throw new Error(`${name} is no version`);
  return { version: parsed satisfies VersionName, effectiveAt, noticedAt };
}

const first = version("2025-10-26", NOON - 10_000);
const second = version("2026-11-24", NOON);

it("changes at the exact millisecond, not one before or after", () => {
  expect(standingAt([first, second], NOON - 1)).toEqual({
    inForce: first,
    scheduled: [second],
    superseded: [],
    nextChangeAt: NOON,
  });
  expect(standingAt([first, second], NOON)).toEqual({
    inForce: second,
    scheduled: [],
    superseded: [first],
    nextChangeAt: null,
  });
});

it("knows nothing of a version before its notice but when the notice comes", () => {
  const standing = standingAt([first, second], NOON - 1001);
  expect(standing).toEqual({ inForce: first, scheduled: [], superseded: [], nextChangeAt: NOON - 1000 });
  expect(standingAt([second], NOON - 1001).inForce).toBeNull();
});

it("does not depend on the order in which versions are read, not even at the same instant", () => {
  const twin = version("2026-11-24.2", NOON);
  const noticedLater = version("2026-11-23", NOON, NOON - 500);
  expect(standingAt([second, twin], NOON).inForce).toBe(twin);
  expect(standingAt([twin, second], NOON).inForce).toBe(twin);
  for (const order of [
    [second, twin, noticedLater],
    [noticedLater, twin, second],
  ]) {
    expect(standingAt(order, NOON).inForce).toBe(noticedLater);
    expect(standingAt(order, NOON).superseded).toEqual([twin, second]);
  }
});

it("names the phase and the predecessor of each", () => {
  const third = version("2027-01-01", NOON + 5000, NOON - 5000);
  const standing = standingAt([third, second, first], NOON);
  expect([first, second, third].map((one) => phaseOf(one, standing))).toEqual([
    "superseded",
    "in_force",
    "scheduled",
  ]);
  expect(predecessorOf(first, [third, second, first])).toBeNull();
  expect(predecessorOf(third, [third, second, first])).toBe(second);
});

it("takes as a number only what no other address of the policy reads like", () => {
  for (const good of ["2025-10-26", "2026-11-24.2", "v2", "A_1"])
    expect(parseVersionName(good), good).toBe(good);
  for (const bad of [
    "",
    "history",
    "feed",
    "a..b",
    "2025.md",
    "x.json",
    "2025-10-26.",
    ".1",
    "a/b",
    "a b",
    "é",
    "a".repeat(65),
  ])
    expect(parseVersionName(bad), bad).toBeNull();
});
