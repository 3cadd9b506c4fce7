import type { Database } from "../../db/client.ts";
import { type Keyword, keywordsIn, readKeywords } from "../calls/queries.ts";
import { ask, type Plan, type Stamp, type Zones } from "./ask.ts";
import { openRanges } from "./business-hours.ts";
import { addPackedKeywords, type Keywords, saidOf } from "./packed-keywords.ts";
import { readKeywordTexts, slotKeywords, teamDayKeywords } from "./queries.ts";
import type { Question } from "./question.ts";
import { clampRange, cut, type Pieces, type Range } from "./range.ts";

/** In how many calls each keyword was said, and the customer's sentiment in them; most frequent first. */
export function keywords(
  database: Database,
  org: string,
  question: Question,
  now: number,
): Promise<{ keywords: Keyword[] } & Stamp> {
  return ask(database, org, question, now, (zones) => keywordsPlan(org, question, zones, now));
}

function keywordsPlan(
  org: string,
  question: Question,
  zones: Zones,
  now: number,
): Plan<{ keywords: Keyword[] }> {
  const range = clampRange(question, now);
  const pieces = piecesOf(openRanges([range], zones.open, zones.own), question, zones);
  return {
    statements: [
      teamDayKeywords(org, question.team, pieces.days),
      slotKeywords(org, question.team, pieces.slots),
      keywordsIn(org, pieces.calls, question),
    ],
    // What was said is a customer's own: it goes with the calls, and the rollups have none of it before that.
    callsFrom: range.from,
    callersFrom: question.caller === undefined ? undefined : range.from,
    read: ([days, slots, calls]) => {
      if (days === undefined || slots === undefined || calls === undefined) {
        throw new Error("three answers belong to three statements");
      }
      const sums: Keywords = new Map();
      addPackedKeywords(sums, readKeywordTexts(days));
      addPackedKeywords(sums, readKeywordTexts(slots));
      for (const { keyword, n, positive, neutral, negative } of readKeywords(calls)) {
        const said = saidOf(sums, keyword);
        said.n += n;
        said.positive += positive;
        said.neutral += neutral;
        said.negative += negative;
      }
      return { keywords: [...sums].map(([keyword, said]) => ({ keyword, ...said })).sort(order) };
    },
  };
}

/** Rollups have keywords of teams, and from a day on; a caller's are counted from the caller's calls. */
function piecesOf(ranges: readonly Range[], { caller }: Question, { rollups, since }: Zones): Pieces {
  const first = caller === undefined ? since.keywords : Number.POSITIVE_INFINITY;
  const later = ranges.map(({ from, to }) => ({ from: Math.max(from, first), to }));
  const earlier = ranges.map(({ from, to }) => ({ from, to: Math.min(to, first) }));
  const pieces = cut(later, rollups, true, since.days);
  return { ...pieces, calls: [...cut(earlier, null, false).calls, ...pieces.calls] };
}

/** Most frequent first, then by keyword in the order of its UTF-16 code units. */
function order(a: Keyword, b: Keyword): number {
  return b.n - a.n || (a.keyword < b.keyword ? -1 : 1);
}
