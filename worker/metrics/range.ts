import type { Zone } from "./zone.ts";

/** Half-open, UTC ms. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export const SLOT_MS = 1_800_000;

/** The 30-minute slot of an instant. */
export function slotOf(at: number): number {
  return Math.floor(at / SLOT_MS);
}

/** `[index of the range it belongs to, from, to)` in local days, slots or UTC ms. */
export type Piece = readonly [index: number, from: number, to: number];

/** Ranges cut into what can be read whole: each instant of a range lies in exactly one piece. */
export interface Pieces {
  readonly days: readonly Piece[];
  readonly slots: readonly Piece[];
  readonly calls: readonly Piece[];
}

/**
 * Cuts each range into whole local days, whole slots at its ends, and the parts of slots that only the
 * calls themselves can answer.
 * @param days the zone in which day rollups were cut, or null to use none
 * @param slots false where the question has no slot rollup (one caller's calls)
 */
export function cut(ranges: readonly Range[], days: Zone | null, slots: boolean): Pieces {
  const pieces: { days: Piece[]; slots: Piece[]; calls: Piece[] } = { days: [], slots: [], calls: [] };
  const cutSlots = (index: number, from: number, to: number) => {
    const first = Math.ceil(from / SLOT_MS);
    const end = Math.floor(to / SLOT_MS);
    if (!slots || first >= end) {
      if (from < to) pieces.calls.push([index, from, to]);
      return;
    }
    if (from < first * SLOT_MS) pieces.calls.push([index, from, first * SLOT_MS]);
    pieces.slots.push([index, first, end]);
    if (end * SLOT_MS < to) pieces.calls.push([index, end * SLOT_MS, to]);
  };
  for (const [index, { from, to }] of ranges.entries()) {
    if (from >= to) continue;
    const whole = days === null ? null : wholeDays(from, to, days);
    if (days === null || whole === null) {
      cutSlots(index, from, to);
      continue;
    }
    cutSlots(index, from, days.startOfDay(whole.first));
    pieces.days.push([index, whole.first, whole.end]);
    cutSlots(index, days.startOfDay(whole.end), to);
  }
  return pieces;
}

function wholeDays(from: number, to: number, zone: Zone): { first: number; end: number } | null {
  const day = zone.localDay(from);
  const first = zone.startOfDay(day) < from ? day + 1 : day;
  const end = zone.localDay(to);
  return first < end ? { first, end } : null;
}

const OLDEST = Date.UTC(2000, 0, 1);
const AHEAD_MS = 2 * 86_400_000;

/**
 * The part of a range in which a call can be: none is taken from before 2000 or more than a day ahead.
 * It keeps the years 1 to 9999 from being walked through.
 */
export function clampRange(range: Range, now: number): Range {
  const from = Math.min(Math.max(range.from, OLDEST), now + AHEAD_MS);
  return { from, to: Math.max(from, Math.min(range.to, now + AHEAD_MS)) };
}
