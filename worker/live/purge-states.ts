import { openDatabase } from "../../db/client.ts";
import { type Env, settingsOf } from "../env.ts";
import { LONGEST_BELIEVED_MS } from "./caller-state.ts";
import { deleteStatesHeardBefore } from "./queries.ts";

/** Removes the states that no board shows any more: what a caller did yesterday is nobody's business. */
export async function purgeStates(env: Env): Promise<void> {
  const before = Date.now() - LONGEST_BELIEVED_MS;
  await openDatabase(settingsOf(env).database).write([deleteStatesHeardBefore(before)]);
}
