import type { Database } from "../../db/client.ts";
import { type CallView, viewOf } from "../calls/page.ts";
import { pageOfCalls, readCalls } from "../calls/queries.ts";
import { ask, type Stamp, type Zones } from "./ask.ts";
import { openParts } from "./business-hours.ts";
import type { Summary } from "./definitions.ts";
import type { Question } from "./question.ts";
import { clampRange, type Range } from "./range.ts";
import { type Point, seriesPlan } from "./series.ts";
import { summaryPlan } from "./summary.ts";

/** One caller: the same numbers as everywhere, by local day, and the newest calls themselves. */
export interface CallerAnswer {
  readonly summary: Summary;
  readonly series: { readonly points: readonly Point[] };
  readonly last: readonly CallView[];
}

const NEWEST = 50;

/** The drill-down to one caller, in one round trip. */
export function caller(
  database: Database,
  org: string,
  question: Question & { readonly caller: string },
  now: number,
): Promise<CallerAnswer & Stamp> {
  return ask(database, org, question, now, (zones) => {
    const summary = summaryPlan(org, question, zones, now);
    const series = seriesPlan(org, { ...question, interval: "day" }, zones, now);
    const { from, to, team, caller: id } = question;
    const ends = summary.statements.length;
    const last = ends + series.statements.length;
    return {
      statements: [
        ...summary.statements,
        ...series.statements,
        pageOfCalls(org, {
          from,
          to,
          team,
          caller: id,
          within: openTimes(question, zones, now),
          limit: NEWEST,
        }),
      ],
      callsFrom: earliest(summary.callsFrom, series.callsFrom),
      callersFrom: from,
      read: (results) => {
        const newest = results[last];
        if (newest === undefined) throw new Error("the last answer is the newest calls");
        return {
          summary: summary.read(results.slice(0, ends)),
          series: series.read(results.slice(ends, last)),
          last: readCalls(newest).map(viewOf),
        };
      },
    };
  });
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

/** Undefined for all the time. */
function openTimes(question: Question, { open, own }: Zones, now: number): readonly Range[] | undefined {
  return open === null ? undefined : openParts(clampRange(question, now), open, own);
}
