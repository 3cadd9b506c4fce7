import type { Database } from "../../db/client.ts";
import { type CallView, cursorAfter, viewOf } from "./page.ts";
import { type Page, pageOfCalls, readCalls } from "./queries.ts";

/** A page of calls, newest first and then by call id; `next_cursor` is null on the last one. */
export interface CallPage {
  readonly calls: readonly CallView[];
  readonly next_cursor: string | null;
}

/** One page of an organisation's calls, in one round trip. */
export async function listCalls(database: Database, org: string, page: Page): Promise<CallPage> {
  // One more than asked for tells whether there is a next page.
  const [result] = await database.read([pageOfCalls(org, { ...page, limit: page.limit + 1 })]);
  const found = result === undefined ? [] : readCalls(result);
  const calls = found.slice(0, page.limit);
  const last = calls.at(-1);
  const next_cursor = last !== undefined && found.length > calls.length ? cursorAfter(last) : null;
  return { calls: calls.map(viewOf), next_cursor };
}
