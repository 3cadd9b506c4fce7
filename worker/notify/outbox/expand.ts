import type { Database } from "../../../db/client.ts";
import type { Settings } from "../../env.ts";
import { expandOccasion, openOccasions, readOccasions } from "./occasion-queries.ts";

/** Some 20 ms of the database's time: requests in between do not notice. */
const CHUNK = 1000;
const OCCASIONS = 20;

/**
 * Writes recipients of what was announced into the outbox, chunk by chunk, until all are there or the time
 * is up. The operator's notices concern the members of every organisation: all of them use its service.
 * @param until UTC milliseconds
 */
export async function expandOccasions(
  database: Database,
  { operatorOrg }: Pick<Settings, "operatorOrg">,
  until: number,
): Promise<void> {
  while (Date.now() < until) {
    const [open] = await database.read([openOccasions(OCCASIONS)]);
    const occasions = readOccasions(open);
    if (occasions.length === 0) return;
    for (const occasion of occasions) {
      await database.write(expandOccasion(occasion, occasion.org === operatorOrg, CHUNK, Date.now()));
    }
  }
}
