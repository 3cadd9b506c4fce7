import type { Database } from "../../db/client.ts";
import { ask, type Plan, type Stamp, type Zones } from "./ask.ts";
import { bucketsOf } from "./buckets.ts";
import { addPackedHours, type Hours, hourOf } from "./packed-week.ts";
import { readPackedColumn, weekHours } from "./queries.ts";
import type { Question } from "./question.ts";
import { clampRange, cutWeeks, HOURS_OF_WEEK, hourOfWeek, type Range } from "./range.ts";
import { tallyRanges } from "./tally-ranges.ts";
import type { Zone } from "./zone.ts";

/** Calls that started in one local hour of the week; hour 0 is Sunday 00:00–00:59. */
export interface HourOfWeek {
  readonly hour: number;
  readonly n: number;
  readonly connected: number;
}

/** The heat map: whole weeks from their rollup, the rest a series of local hours, folded by the hour of the week. */
export function week(
  database: Database,
  org: string,
  question: Question,
  now: number,
): Promise<{ hours: HourOfWeek[] } & Stamp> {
  return ask(database, org, question, now, (zones) => weekPlan(org, question, zones, now));
}

function weekPlan(org: string, question: Question, zones: Zones, now: number): Plan<{ hours: HourOfWeek[] }> {
  const zone = question.tz ?? zones.own;
  const range = clampRange(question, now);
  // Weeks are cut in the organisation's zone, by whole hours, and tell nothing of a caller's.
  const weeks =
    question.caller === undefined && zones.open === null && zone.name === zones.rollups.name
      ? cutWeeks(range, zone, zones.since.weeks)
      : { whole: [], rest: [range] };
  const rest = weeks.rest.flatMap((part) => hoursOf(part, zone));
  // A day tells nothing of its hours: no day rollups here, only slots and calls.
  const plan = tallyRanges(org, question, rest, "counts", zones, now);
  return {
    ...plan,
    statements: [weekHours(org, question.team, weeks.whole), ...plan.statements],
    read: ([packedWeeks, ...results]) => {
      if (packedWeeks === undefined) throw new Error("the first answer is the weeks");
      const hours: Hours = new Map();
      for (const packed of readPackedColumn(packedWeeks)) addPackedHours(hours, packed);
      for (const [index, { counters }] of plan.read(results).tallies.entries()) {
        const counts = hourOf(hours, hourOfWeek(rest[index]?.from ?? 0, zone));
        counts.connected += counters.connected;
        counts.missed += counters.missed;
        counts.declined += counters.declined;
      }
      return {
        hours: Array.from({ length: HOURS_OF_WEEK }, (_, hour) => {
          const { connected, missed, declined } = hourOf(hours, hour);
          return { hour, n: connected + missed + declined, connected };
        }),
      };
    },
  };
}

/** The local hours of a range, however many: they are folded to 168. */
function hoursOf(range: Range, zone: Zone): Range[] {
  return bucketsOf(range, "hour", zone, Number.POSITIVE_INFINITY).map(({ start, end }) => ({
    from: Math.max(start, range.from),
    to: Math.min(end, range.to),
  }));
}
