import type { Database } from "../../../db/client.ts";
import { LEASE_MS } from "./journal.ts";
import type { Pace } from "./pace.ts";
import {
  type ClaimedRow,
  claimRows,
  type DueRow,
  dueRows,
  type PostponedRow,
  postponeRows,
  readClaimedRows,
  readDueRows,
} from "./queries.ts";

/** How many are looked at, and how many are taken at once. */
const LOOK = 500;
const TAKE = 250;
/** Places are kept so far ahead; whoever comes after them asks again then. */
const KEPT_AHEAD_MS = 3_600_000;
/** A place that passed unused, since nobody was there to send, is none: a crowd of them would be a burst. */
const PLACE_LASTS_MS = 60_000;

/** What one look at the outbox brought: letters to send, and whether it was worth looking. */
export interface Catch {
  readonly rows: readonly ClaimedRow[];
  readonly found: boolean;
}

/** Claims what is due and may go by its domain's pace; what may not gets a place later. */
export async function claimDue(database: Database, pace: Pace, claim: string, now: number): Promise<Catch> {
  const [due] = await database.read([dueRows(now, LOOK)]);
  const candidates = readDueRows(due);
  if (candidates.length === 0) return { rows: [], found: false };
  const ready: DueRow[] = [];
  const postponed: PostponedRow[] = [];
  for (const row of candidates) {
    if (ready.length === TAKE) break;
    const place = placeFor(row, pace, now);
    if (place === null) ready.push(row);
    else postponed.push({ ...row, ...place });
  }
  const results = await database.write([
    ...claimRows(ready, claim, now + LEASE_MS, now),
    ...(postponed.length === 0 ? [] : [postponeRows(postponed)]),
  ]);
  return { rows: readClaimedRows(results[2]), found: true };
}

/** Null where the letter may go now. */
function placeFor(row: DueRow, pace: Pace, now: number): { dueAt: number; paced: boolean } | null {
  if (row.paced && row.dueAt <= now && row.dueAt > now - PLACE_LASTS_MS) return null;
  const place = pace.take(row.domain, now);
  if (place <= now) return null;
  if (place <= now + KEPT_AHEAD_MS) return { dueAt: place, paced: true };
  pace.giveBack(row.domain);
  return { dueAt: now + KEPT_AHEAD_MS, paced: false };
}
