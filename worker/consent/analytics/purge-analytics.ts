import { openDatabase, type Statement } from "../../../db/client.ts";
import { type Env, settingsOf } from "../../env.ts";
import { deleteEndedEvents, deleteEndedGrants, deleteOldEvents } from "./queries.ts";

/** Events of a visitor who goes on agreeing live this long. */
const EVENTS_LIVE_MS = 90 * 86_400_000;
/** Rows a transaction: short enough that no visitor waits for it. */
const CHUNK = 2000;
/** Chunks a run; the next run, five minutes later, goes on. */
const MAX_CHUNKS = 100;

/**
 * Deletes what consent no longer covers: events under withdrawn or expired keys and the keys
 * themselves, and every event after 90 days. May be broken off anywhere.
 */
export async function purgeAnalytics(env: Env): Promise<void> {
  const database = openDatabase(settingsOf(env).database);
  const drain = async (statement: Statement) => {
    for (let chunk = 0; chunk < MAX_CHUNKS; chunk += 1) {
      const [deleted] = await database.write([statement]);
      if ((deleted?.rowsAffected ?? 0) < CHUNK) return;
    }
  };
  await drain(deleteEndedEvents(CHUNK));
  await drain(deleteEndedGrants(CHUNK));
  await drain(deleteOldEvents(EVENTS_LIVE_MS, CHUNK));
}
