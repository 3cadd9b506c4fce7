import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../db/client.ts";
import { measuredCalls, readMeasuredCalls } from "../calls/queries.ts";
import type { Plan, Zones } from "./ask.ts";
import { openRanges } from "./business-hours.ts";
import { countCall, emptySums, emptyTally, type Sums } from "./definitions.ts";
import { addTallies, callerDays, type Depth, slots, teamDays } from "./queries.ts";
import { clampRange, cut, type Piece, type Pieces, type Range } from "./range.ts";

/** Whose calls: all of the organisation's, a team's, a caller's, or a caller's in a team. */
export interface Filter {
  readonly team?: string | undefined;
  readonly caller?: string | undefined;
}

/**
 * The plan that tallies each of these ranges exactly: whole local days and whole slots from the
 * rollups, the rest from the calls. Every number of the dashboard comes from here or from `tallyCallers`.
 * @param depth `counts` reads neither scores nor histograms
 */
export function tallyRanges(
  org: string,
  filter: Filter,
  ranges: readonly Range[],
  depth: Depth,
  zones: Zones,
  now: number,
): Plan<{ tallies: Sums[] }> {
  const parts = ranges.flatMap((range, index) =>
    openRanges([clampRange(range, now)], zones.open, zones.own).map((part) => ({ index, part })),
  );
  const pieces = ofRanges(
    cut(
      parts.map(({ part }) => part),
      zones.rollups,
      filter.caller === undefined,
      zones.since.days,
    ),
    parts.map(({ index }) => index),
  );
  return {
    statements: statements(org, filter, pieces, depth),
    callsFrom: firstCall(pieces),
    callersFrom: filter.caller === undefined ? undefined : beginning(ranges),
    read: (results) => ({ tallies: read(results, ranges.length, depth) }),
  };
}

/** The pieces of parts of ranges, by the index of the range instead of the part's. */
function ofRanges(pieces: Pieces, owners: readonly number[]): Pieces {
  const own = (list: readonly Piece[]) =>
    list.map(([part, from, to]): Piece => [owners[part] ?? part, from, to]);
  return { days: own(pieces.days), slots: own(pieces.slots), calls: own(pieces.calls) };
}

/** Not by spreading them: a heat map may have more ranges than a call can have arguments. */
function beginning(ranges: readonly Range[]): number {
  return ranges.reduce((first, { from }) => Math.min(first, from), Number.POSITIVE_INFINITY);
}

/** Of the pieces that only calls can answer, the first instant. */
export function firstCall(pieces: Pieces): number | null {
  return pieces.calls.reduce<number | null>(
    (first, [, from]) => (first === null || from < first ? from : first),
    null,
  );
}

function statements(org: string, filter: Filter, pieces: Pieces, depth: Depth): Statement[] {
  const { team, caller } = filter;
  return [
    caller === undefined
      ? teamDays(org, team, pieces.days, depth)
      : callerDays(org, caller, team, pieces.days, depth),
    slots(org, team, pieces.slots, depth),
    measuredCalls(org, pieces.calls, filter),
  ];
}

function read(results: readonly ResultSet[], ranges: number, depth: Depth): Sums[] {
  const [days, slotSums, calls] = results;
  if (days === undefined || slotSums === undefined || calls === undefined) {
    throw new Error("three answers belong to the three statements");
  }
  // A series has too many for a place for every bucket, and uses none.
  const tallies = Array.from({ length: ranges }, depth === "everything" ? emptySums : emptyTally);
  const into = (piece: number) => {
    const tally = tallies[piece];
    if (tally === undefined) throw new Error("every piece belongs to a range");
    return tally;
  };
  addTallies(days, depth, into);
  addTallies(slotSums, depth, into);
  for (const call of readMeasuredCalls(calls)) countCall(into(call.piece), call, 1);
  return tallies;
}
