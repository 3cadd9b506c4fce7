import type { Database } from "../../db/client.ts";
import { type Keyword, keywordsIn, readKeywords } from "../calls/queries.ts";
import { ask, type Stamp } from "./ask.ts";
import type { Question } from "./question.ts";
import { clampRange } from "./range.ts";

/** In how many calls each keyword was said, and the customer's sentiment in them; most frequent first. */
export function keywords(
  database: Database,
  org: string,
  question: Question,
  now: number,
): Promise<{ keywords: Keyword[] } & Stamp> {
  const { from, to } = clampRange(question, now);
  return ask(database, org, now, () => ({
    statements: [keywordsIn(org, from, to, question)],
    callsFrom: from,
    callersFrom: question.caller === undefined ? undefined : from,
    read: ([result]) => ({ keywords: result === undefined ? [] : readKeywords(result).sort(order) }),
  }));
}

/** Most frequent first, then by keyword in the order of its UTF-16 code units. */
function order(a: Keyword, b: Keyword): number {
  return b.n - a.n || (a.keyword < b.keyword ? -1 : 1);
}
