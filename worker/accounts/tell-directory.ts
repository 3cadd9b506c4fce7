import type { Place, Places } from "../../db/places.ts";
import { auditEntry } from "./audit.ts";
import { adoptTimeZone, entriesToTell, forgetEntries, readEntries } from "./queries.ts";

const AT_ONCE = 200;

/**
 * Takes to the directory what a database beside it holds for it. Who changes an organisation's data writes
 * the audit entry in the same transaction; where that is not the directory's database, the entry waits
 * there as an outbox row. Entries are known by their ids, so telling one twice tells it once.
 */
export async function tellDirectory(places: Places, place: Place): Promise<void> {
  if (place === null) return;
  for (;;) {
    const [found] = await places.at(place).read([entriesToTell(AT_ONCE)]);
    const entries = readEntries(found);
    if (entries.length === 0) return;
    const zones = new Set(entries.filter(({ action }) => action === "org.time_zone").map(({ org }) => org));
    await places.directory.write([...entries.map(auditEntry), ...[...zones].map(adoptTimeZone)]);
    await places.at(place).write([forgetEntries(entries.map(({ id }) => id))]);
    if (entries.length < AT_ONCE) return;
  }
}
