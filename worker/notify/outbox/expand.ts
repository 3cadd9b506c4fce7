import type { Database } from "../../../db/client.ts";
import type { Settings } from "../../env.ts";
import { pause } from "./journal.ts";
import { expandOccasion, openOccasions, readOccasions } from "./occasion-queries.ts";

/** So much of the database's time a chunk may take, and at least as long a pause follows: a request in between waits for one chunk at most. */
const CHUNK_MS = 4;
const PAUSE_MS = 6;
const FIRST = 50;
const LEAST = 25;
const MOST = 500;
const OCCASIONS = 20;

/**
 * Writes recipients of what was announced into the outbox, chunk by chunk, until all are there or the time
 * is up. The operator's notices concern the members of every organisation: all of them use its service.
 * @param until UTC milliseconds
 * @returns whether all are there
 */
export async function expandOccasions(
  database: Database,
  { operatorOrg }: Pick<Settings, "operatorOrg">,
  until: number,
): Promise<boolean> {
  let size = FIRST;
  while (Date.now() < until) {
    const asked = performance.now();
    const [open] = await database.read([openOccasions(OCCASIONS)]);
    const way = performance.now() - asked;
    const occasions = readOccasions(open);
    if (occasions.length === 0) return true;
    for (const occasion of occasions) {
      const began = performance.now();
      await database.write(expandOccasion(occasion, occasion.org === operatorOrg, size, Date.now()));
      // What is more than the way there and back is the database's work.
      const work = Math.max(0, performance.now() - began - way);
      size = Math.round(Math.min(MOST, Math.max(LEAST, work > CHUNK_MS ? size * 0.8 : size * 1.1)));
      await pause(Math.max(PAUSE_MS, work));
    }
  }
  return false;
}
