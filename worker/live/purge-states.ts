import { openPlaces } from "../../db/places.ts";
import { inEveryPlace } from "../accounts/every-place.ts";
import { type Env, settingsOf } from "../env.ts";
import { LONGEST_BELIEVED_MS } from "./caller-state.ts";
import { deleteStatesHeardBefore } from "./queries.ts";

/** Removes the states that no board shows any more: what a caller did yesterday is nobody's business. */
export async function purgeStates(env: Env): Promise<void> {
  const { database, orgDatabases } = settingsOf(env);
  const places = openPlaces(database, orgDatabases);
  const now = Date.now();
  await inEveryPlace(places, now, async (place) => {
    await places.at(place).write([deleteStatesHeardBefore(now - LONGEST_BELIEVED_MS)]);
  });
}
