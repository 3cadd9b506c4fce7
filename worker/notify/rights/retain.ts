import { type Database, openDatabase } from "../../../db/client.ts";
import { type Env, settingsOf } from "../../env.ts";
import { dropPast } from "./queries.ts";

/** Proof is kept so long after a subscription ended, or a notice was acknowledged. */
const KEPT_YEARS = 3;
const CHUNK = 500;
/** What one run does at most; the next, five minutes later, goes on. */
const MAX_CHUNKS = 40;

/** Drops what the lists need no more, in chunks; broken off anywhere it may run again. */
export async function retainSubscriptions(env: Env): Promise<void> {
  await dropUntil(openDatabase(settingsOf(env).database), Date.now(), CHUNK, MAX_CHUNKS);
}

/**
 * @param now UTC milliseconds
 * @returns whether nothing that is past its time is left
 */
export async function dropUntil(
  database: Database,
  now: number,
  limit: number,
  chunks: number,
): Promise<boolean> {
  const before = yearsBefore(now, KEPT_YEARS);
  for (let done = 0; done < chunks; done += 1) {
    const [pending, , withdrawn, records] = await database.write(dropPast({ now, before, limit }));
    if ([pending, withdrawn, records].every((result) => (result?.rowsAffected ?? 0) < limit)) return true;
  }
  return false;
}

function yearsBefore(now: number, years: number): number {
  const date = new Date(now);
  return date.setUTCFullYear(date.getUTCFullYear() - years);
}
