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

/** The local week, from Monday, of a local day; 1970-01-01 was a Thursday. */
export function weekOf(day: number): number {
  return Math.floor((day + 3) / 7);
}

/** The local day on which a local week begins. */
export function firstDayOf(week: number): number {
  return week * 7 - 3;
}

const HOUR_MS = 3_600_000;
/** 1970-01-01 00:00 is four days after Sunday. */
const EPOCH_HOUR = 96;
export const HOURS_OF_WEEK = 168;

/** The local clock hour of the week, 0–167, from Sunday 00:00; an hour that comes twice has one number. */
export function hourOfWeek(at: number, zone: Zone): number {
  const hour = Math.floor((at + zone.offsetAt(at)) / HOUR_MS) + EPOCH_HOUR;
  return ((hour % HOURS_OF_WEEK) + HOURS_OF_WEEK) % HOURS_OF_WEEK;
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
 * @param since UTC ms: day rollups of days that begin earlier are not used
 */
export function cut(ranges: readonly Range[], days: Zone | null, slots: boolean, since = 0): Pieces {
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
    const whole = days === null ? null : wholeDays(Math.max(from, since), to, days);
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
  if (from >= to) return null;
  const day = zone.localDay(from);
  const first = zone.startOfDay(day) < from ? day + 1 : day;
  const end = zone.localDay(to);
  return first < end ? { first, end } : null;
}

/** A range cut into whole local weeks, and what is left before and after them. */
export interface Weeks {
  /** Ascending. */
  readonly whole: readonly number[];
  readonly rest: readonly Range[];
}

/**
 * Cuts a range into the local weeks that lie in it, and the rest.
 * @param since UTC ms: weeks that begin earlier are not used
 */
export function cutWeeks({ from, to }: Range, zone: Zone, since: number): Weeks {
  const startOf = (week: number) => zone.startOfDay(firstDayOf(week));
  if (Math.max(from, since) >= to) return { whole: [], rest: [{ from, to }] };
  const begun = weekOf(zone.localDay(Math.max(from, since)));
  const first = startOf(begun) < Math.max(from, since) ? begun + 1 : begun;
  const end = weekOf(zone.localDay(to));
  if (first >= end) return { whole: [], rest: [{ from, to }] };
  return {
    whole: Array.from({ length: end - first }, (_, index) => first + index),
    rest: [
      { from, to: startOf(first) },
      { from: startOf(end), to },
    ].filter((range) => range.from < range.to),
  };
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
