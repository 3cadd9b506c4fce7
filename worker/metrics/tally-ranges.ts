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
  const reads = readsOf(org, filter, pieces, depth);
  return {
    statements: reads.map(({ statement }) => statement),
    callsFrom: firstCall(pieces),
    callersFrom: filter.caller === undefined ? undefined : beginning(ranges),
    read: (results) => ({ tallies: add(reads, results, ranges.length, depth) }),
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

/** One statement, and how its answer is added to the sums of its pieces. */
interface Read {
  readonly statement: Statement;
  addTo(into: (piece: number) => Sums, result: ResultSet): void;
}

/** Nothing is asked about pieces that there are none of. */
function readsOf(org: string, filter: Filter, pieces: Pieces, depth: Depth): Read[] {
  const { team, caller } = filter;
  const tallies = (statement: Statement): Read => ({
    statement,
    addTo: (into, result) => addTallies(result, depth, into),
  });
  const reads: Read[] = [];
  if (pieces.days.length > 0) {
    reads.push(
      tallies(
        caller === undefined
          ? teamDays(org, team, pieces.days, depth)
          : callerDays(org, caller, team, pieces.days, depth),
      ),
    );
  }
  if (pieces.slots.length > 0) reads.push(tallies(slots(org, team, pieces.slots, depth)));
  if (pieces.calls.length > 0) {
    reads.push({
      statement: measuredCalls(org, pieces.calls, filter),
      addTo: (into, result) => {
        for (const call of readMeasuredCalls(result)) countCall(into(call.piece), call, 1);
      },
    });
  }
  return reads;
}

function add(reads: readonly Read[], results: readonly ResultSet[], ranges: number, depth: Depth): Sums[] {
  // A series has too many for a place for every bucket, and uses none.
  const tallies = Array.from(
    { length: ranges },
    (): Sums => (depth === "everything" ? emptySums() : emptyTally()),
  );
  const into = (piece: number) => {
    const tally = tallies[piece];
    if (tally === undefined) throw new Error("every piece belongs to a range");
    return tally;
  };
  for (const [index, { addTo }] of reads.entries()) {
    const result = results[index];
    if (result === undefined) throw new Error("an answer belongs to each statement");
    addTo(into, result);
  }
  return tallies;
}
