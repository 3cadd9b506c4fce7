import type { Database } from "../../db/client.ts";
import { ask, type Plan, type Stamp, type Zones } from "./ask.ts";
import { bucketsOf } from "./buckets.ts";
import { countsOf, emptyTally } from "./definitions.ts";
import type { Question } from "./question.ts";
import { clampRange } from "./range.ts";
import { addTally, tallyRanges } from "./tally-ranges.ts";

/** Calls that started in one local hour of the week; hour 0 is Sunday 00:00–00:59. */
export interface HourOfWeek {
  readonly hour: number;
  readonly n: number;
  readonly connected: number;
}

const HOUR = 3_600_000;
const HOURS = 168;
/** 1970-01-01 was a Thursday: four days after Sunday. */
const EPOCH_HOUR = 96;

/** The heat map: a series of local hours, folded by the hour of the week. */
export function week(
  database: Database,
  org: string,
  question: Question,
  now: number,
): Promise<{ hours: HourOfWeek[] } & Stamp> {
  return ask(database, org, now, (zones) => weekPlan(org, question, zones, now));
}

function weekPlan(org: string, question: Question, zones: Zones, now: number): Plan<{ hours: HourOfWeek[] }> {
  const zone = question.tz ?? zones.own;
  const range = clampRange(question, now);
  // However many hours are folded, the answer has 168.
  const buckets = bucketsOf(range, "hour", zone, Number.POSITIVE_INFINITY);
  const within = buckets.map(({ start, end }) => ({
    from: Math.max(start, range.from),
    to: Math.min(end, range.to),
  }));
  // A day tells nothing of its hours: no day rollups here, only slots and calls.
  const plan = tallyRanges(org, question, within, "counts", zones, now);
  return {
    ...plan,
    read: (results) => {
      const hours = Array.from({ length: HOURS }, emptyTally);
      for (const [index, tally] of plan.read(results).tallies.entries()) {
        const start = buckets[index]?.start ?? 0;
        const hour = (Math.floor((start + zone.offsetAt(start)) / HOUR) + EPOCH_HOUR) % HOURS;
        const into = hours[hour];
        if (into !== undefined) addTally(into, tally);
      }
      return {
        hours: hours.map((tally, hour) => {
          const { n, connected } = countsOf(tally.counters);
          return { hour, n, connected };
        }),
      };
    },
  };
}
