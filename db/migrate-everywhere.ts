import { placesInUse, readPlaces } from "../worker/accounts/queries.ts";
import { type DatabaseAddress, openDatabase } from "./client.ts";
import { migrate } from "./migrate.ts";
import { addressIn, type DatabaseGroup, type Place } from "./places.ts";

/** What became of one database. */
export type Migrated = { readonly place: Place } & (
  | { readonly ran: readonly string[] }
  | { readonly failed: unknown }
);

/**
 * Brings the directory, and then every database that it names, to the newest schema.
 * @returns each as it went; the directory comes first
 * @throws Error when the directory itself cannot be migrated
 */
export async function migrateEverywhere(
  directory: DatabaseAddress,
  group: DatabaseGroup | null,
): Promise<Migrated[]> {
  const done: Migrated[] = [{ place: null, ran: await migrate(directory) }];
  const [found] = await openDatabase(directory).read([placesInUse()]);
  for (const place of readPlaces(found)) {
    if (place === null) continue;
    try {
      done.push({ place, ran: await migrate(addressIn(group, place)) });
    } catch (failed) {
      done.push({ place, failed });
    }
  }
  return done;
}
