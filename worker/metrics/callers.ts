import type { Database } from "../../db/client.ts";
import { callersCalls, readCallersCalls } from "../calls/queries.ts";
import { ask, type Plan, type Stamp, type Zones } from "./ask.ts";
import { openRanges } from "./business-hours.ts";
import {
  COUNTERS,
  type Counts,
  countsOf,
  emptySums,
  type Qualities,
  qualitiesOf,
  type WideSums,
} from "./definitions.ts";
import { addDuration } from "./histogram.ts";
import { addPackedCallers } from "./packed-week.ts";
import { addTallies, callerDays, everyCallersDays, readWeekCallers, weekCallers } from "./queries.ts";
import type { Question } from "./question.ts";
import { clampRange, cut, cutWeeks } from "./range.ts";
import { firstCall } from "./tally-ranges.ts";

/** A line of the leaderboard. */
export interface CallerLine extends Counts, Qualities {
  readonly caller_id: string;
  /** Null until somebody named the caller. */
  readonly name: string | null;
}

/** What the leaderboard can be sorted by; a leading `-` is descending. */
const SORTABLE = [
  "caller_id",
  "n",
  "connected",
  "missed",
  "declined",
  "talk_s",
  "clarity",
  "proficiency",
  "volume",
  "p50",
  "p90",
  "p95",
] as const;

export const SORTS = SORTABLE.flatMap((name) => [name, `-${name}`] as const);
export type Sort = (typeof SORTS)[number];

/** The callers with a call in range. */
export function callers(
  database: Database,
  org: string,
  question: Question & { readonly sort: Sort },
  now: number,
): Promise<{ callers: CallerLine[] } & Stamp> {
  return ask(database, org, question, now, (zones) => callersPlan(org, question, zones, now));
}

function callersPlan(
  org: string,
  question: Question & { readonly sort: Sort },
  zones: Zones,
  now: number,
): Plan<{ callers: CallerLine[] }> {
  const { team, caller } = question;
  const range = clampRange(question, now);
  // One caller has fewer days than a week has callers, and neither tells when in a day.
  const weeks =
    caller === undefined && zones.open === null
      ? cutWeeks(range, zones.rollups, zones.since.weeks)
      : { whole: [], rest: [range] };
  const pieces = cut(openRanges(weeks.rest, zones.open, zones.own), zones.rollups, false, zones.since.days);
  return {
    statements: [
      weekCallers(org, team, weeks.whole),
      caller === undefined
        ? everyCallersDays(org, team, pieces.days)
        : callerDays(org, caller, team, pieces.days, "everything"),
      callersCalls(org, pieces.calls, question),
    ],
    callsFrom: firstCall(pieces),
    callersFrom: question.from,
    read: ([packedWeeks, days, calls]) => {
      if (packedWeeks === undefined || days === undefined || calls === undefined) {
        throw new Error("three answers belong to three statements");
      }
      const sums = new Map<string, WideSums>();
      const sumsOf = (id: string) => {
        const known = sums.get(id);
        if (known !== undefined) return known;
        const own = emptySums();
        sums.set(id, own);
        return own;
      };
      addPackedCallers(sumsOf, readWeekCallers(packedWeeks));
      addTallies(days, "everything", (_, id) => sumsOf(id ?? caller ?? ""));
      for (const { caller: id, counters, durations } of readCallersCalls(calls)) {
        const own = sumsOf(id);
        for (const counter of COUNTERS) own.counters[counter] += counters[counter];
        for (const duration of durations) addDuration(own.hist, duration, 1);
      }
      return { callers: [...sums].map(lineOf).sort(order(question.sort)) };
    },
  };
}

function lineOf([caller_id, sums]: readonly [string, WideSums]): CallerLine {
  return { caller_id, name: null, ...countsOf(sums.counters), ...qualitiesOf(sums) };
}

/** Callers without a value come last either way; ties by caller id. */
function order(sort: Sort): (a: CallerLine, b: CallerLine) => number {
  const name = SORTABLE.find((one) => sort === one || sort === `-${one}`) ?? "talk_s";
  const sign = sort.startsWith("-") ? -1 : 1;
  return (a, b) => {
    const [x, y] = [a[name], b[name]];
    if (x !== y) {
      if (x === null) return 1;
      if (y === null) return -1;
      return x < y ? -sign : sign;
    }
    return a.caller_id < b.caller_id ? -1 : 1;
  };
}
