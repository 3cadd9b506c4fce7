import type { Database } from "../../db/client.ts";
import { ask, type Plan, type Stamp, type Zones } from "./ask.ts";
import { type Comparison, comparedRange } from "./compare.ts";
import { type Summary, type Sums, summaryOf } from "./definitions.ts";
import type { Question } from "./question.ts";
import { tallyRanges } from "./tally-ranges.ts";

/** A summary's numbers minus those of the range it is held against; null where either is. */
type Change = {
  readonly [Name in keyof Omit<Summary, "sentiment">]: number | null;
} & { readonly sentiment: { readonly [Name in keyof Summary["sentiment"]]: number } };

export interface ComparedSummary extends Summary {
  readonly previous?: Summary;
  readonly change?: Change;
}

/** The tiles: how many calls, how long, how good. */
export function summary(
  database: Database,
  org: string,
  question: Question & { readonly compare?: Comparison | undefined },
  now: number,
): Promise<ComparedSummary & Stamp> {
  return ask(database, org, question, now, (zones) => summaryPlan(org, question, zones, now));
}

/** The plan of `summary`, for questions that ask for more in the same round trip. */
export function summaryPlan(
  org: string,
  question: Question & { readonly compare?: Comparison | undefined },
  zones: Zones,
  now: number,
): Plan<ComparedSummary> {
  const { compare } = question;
  const ranges = [question, ...(compare ? [comparedRange(question, compare, question.tz ?? zones.own)] : [])];
  const plan = tallyRanges(org, question, ranges, "everything", zones, now);
  return {
    ...plan,
    read: (results) => {
      const [present, previous] = plan.read(results).tallies;
      return compared(present, previous);
    },
  };
}

function compared(present: Sums | undefined, previous: Sums | undefined): ComparedSummary {
  if (present === undefined) throw new Error("every range has a tally");
  const now = summaryOf(present);
  if (previous === undefined) return now;
  const before = summaryOf(previous);
  return { ...now, previous: before, change: changeOf(now, before) };
}

function changeOf(now: Summary, before: Summary): Change {
  const minus = (a: number | null, b: number | null) => (a === null || b === null ? null : a - b);
  return {
    n: now.n - before.n,
    connected: now.connected - before.connected,
    missed: now.missed - before.missed,
    declined: now.declined - before.declined,
    talk_s: now.talk_s - before.talk_s,
    clarity: minus(now.clarity, before.clarity),
    proficiency: minus(now.proficiency, before.proficiency),
    volume: minus(now.volume, before.volume),
    p50: minus(now.p50, before.p50),
    p90: minus(now.p90, before.p90),
    p95: minus(now.p95, before.p95),
    sentiment: {
      positive: now.sentiment.positive - before.sentiment.positive,
      neutral: now.sentiment.neutral - before.sentiment.neutral,
      negative: now.sentiment.negative - before.sentiment.negative,
    },
  };
}
