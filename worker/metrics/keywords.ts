import type { Database } from "../../db/client.ts";
import { type Keyword, keywordsIn, readKeywords } from "../calls/queries.ts";
import { ask, type Stamp } from "./ask.ts";
import { openRanges } from "./business-hours.ts";
import type { Question } from "./question.ts";
import { clampRange } from "./range.ts";

/** In how many calls each keyword was said, and the customer's sentiment in them; most frequent first. */
export function keywords(
  database: Database,
  org: string,
  question: Question,
  now: number,
): Promise<{ keywords: Keyword[] } & Stamp> {
  const range = clampRange(question, now);
  return ask(database, org, question, now, ({ open, own }) => ({
    statements: [keywordsIn(org, openRanges([range], open, own), question)],
    callsFrom: range.from,
    callersFrom: question.caller === undefined ? undefined : range.from,
    read: ([result]) => ({ keywords: result === undefined ? [] : readKeywords(result).sort(order) }),
  }));
}

/** Most frequent first, then by keyword in the order of its UTF-16 code units. */
function order(a: Keyword, b: Keyword): number {
  return b.n - a.n || (a.keyword < b.keyword ? -1 : 1);
}
