import type { Database } from "../../db/client.ts";
import { ask, type Plan, type Stamp, type Zones } from "./ask.ts";
import { bucketsOf, type Interval } from "./buckets.ts";
import { type Counts, countsOf } from "./definitions.ts";
import type { Question } from "./question.ts";
import { tallyRanges } from "./tally-ranges.ts";

export interface Point extends Counts {
  /** The bucket's own beginning, RFC 3339. */
  readonly start: string;
  /** The local date it begins on, for a day and longer. */
  readonly label?: string;
}

export interface Series {
  /** Ascending, empty ones too. */
  readonly points: readonly Point[];
}

/** Calls over time. */
export function series(
  database: Database,
  org: string,
  question: Question & { readonly interval: Interval },
  now: number,
): Promise<Series & Stamp> {
  return ask(database, org, question, now, (zones) => seriesPlan(org, question, zones, now));
}

/** The plan of `series`, for questions that ask for more in the same round trip. */
export function seriesPlan(
  org: string,
  question: Question & { readonly interval: Interval },
  zones: Zones,
  now: number,
): Plan<Series> {
  const buckets = bucketsOf(question, question.interval, question.tz ?? zones.own);
  const within = buckets.map(({ start, end }) => ({
    from: Math.max(start, question.from),
    to: Math.min(end, question.to),
  }));
  const plan = tallyRanges(org, question, within, "counts", zones, now);
  return {
    ...plan,
    read: (results) => {
      const { tallies } = plan.read(results);
      return {
        points: buckets.map(({ start, label }, index) => {
          const tally = tallies[index];
          if (tally === undefined) throw new Error("every bucket has a tally");
          return {
            start: new Date(start).toISOString(),
            ...(label === undefined ? {} : { label }),
            ...countsOf(tally.counters),
          };
        }),
      };
    },
  };
}
