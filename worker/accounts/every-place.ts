import type { Place, Places } from "../../db/places.ts";
import { placesInUse, readPlaces } from "./queries.ts";

/** One run must end before the next begins. */
const PLACES = 200;
const TURN_MS = 5 * 60_000;

/**
 * Does periodic work in every database that holds call data of some organisation. One that does not answer
 * keeps no other from its work. Where there are more than a run can visit, each run begins where the one
 * before ended.
 * @param now UTC ms
 * @throws AggregateError of what failed
 */
export async function inEveryPlace(
  places: Places,
  now: number,
  work: (place: Place) => Promise<void>,
): Promise<void> {
  const [found] = await places.directory.read([placesInUse()]);
  const all = readPlaces(found);
  const first = all.length > PLACES ? (Math.floor(now / TURN_MS) * PLACES) % all.length : 0;
  const turn = [...all.slice(first), ...all.slice(0, first)].slice(0, PLACES);
  const failures: unknown[] = [];
  for (const place of turn) {
    try {
      await work(place);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `the work failed in ${failures.length} databases`);
}
