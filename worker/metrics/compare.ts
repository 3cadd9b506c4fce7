import type { Range } from "./range.ts";
import type { Zone } from "./zone.ts";

export const COMPARISONS = ["previous_period", "previous_year"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/**
 * The range that a range is held against. The previous period of whole local days is as many local
 * days before it, whatever the clocks did; of any other range, as many milliseconds. The previous year
 * is the same local times one calendar year earlier (28 February for the 29th).
 */
export function comparedRange(range: Range, comparison: Comparison, zone: Zone): Range {
  if (comparison === "previous_year") {
    return { from: yearBefore(range.from, zone), to: yearBefore(range.to, zone) };
  }
  const first = zone.localDay(range.from);
  const end = zone.localDay(range.to);
  if (zone.startOfDay(first) === range.from && zone.startOfDay(end) === range.to) {
    return { from: zone.startOfDay(2 * first - end), to: range.from };
  }
  return { from: 2 * range.from - range.to, to: range.from };
}

function yearBefore(at: number, zone: Zone): number {
  const local = new Date(at + zone.offsetAt(at));
  const month = local.getUTCMonth();
  local.setUTCFullYear(local.getUTCFullYear() - 1);
  if (local.getUTCMonth() !== month) local.setUTCDate(0);
  return zone.instantOf(local.getTime());
}
