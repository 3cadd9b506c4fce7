import type { Database } from "../../../db/client.ts";
import { LEASE_MS } from "./journal.ts";
import type { Pace } from "./pace.ts";
import {
  type ClaimedRow,
  claimRows,
  dueRows,
  postponeRows,
  readClaimedRows,
  readDueRows,
} from "./queries.ts";

/** How many are looked at, and how many are taken at once. */
const LOOK = 500;
const TAKE = 250;

/** What one look at the outbox brought: letters to send, and whether it was worth looking. */
export interface Catch {
  readonly rows: readonly ClaimedRow[];
  readonly found: boolean;
}

/** Claims what is due and may go by its domain's pace; what may not is put where its turn is. */
export async function claimDue(database: Database, pace: Pace, claim: string, now: number): Promise<Catch> {
  const [due] = await database.read([dueRows(now, LOOK)]);
  const candidates = readDueRows(due);
  if (candidates.length === 0) return { rows: [], found: false };
  const ready = [];
  const postponed = [];
  for (const row of candidates) {
    if (ready.length === TAKE) break;
    const dueAt = pace.take(row.domain, now);
    if (dueAt <= now) ready.push(row);
    else postponed.push({ ...row, dueAt });
  }
  // What is put off takes its turn anew then.
  for (const { domain } of postponed) pace.giveBack(domain);
  const results = await database.write([
    ...claimRows(ready, claim, now + LEASE_MS, now),
    ...(postponed.length === 0 ? [] : [postponeRows(postponed)]),
  ]);
  return { rows: readClaimedRows(results[2]), found: true };
}
