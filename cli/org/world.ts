import { randomUUID } from "node:crypto";
import { type Database, type DatabaseAddress, DatabaseUnavailable } from "../../db/client.ts";
import { addressIn, type DatabaseGroup, openPlaces, type Place } from "../../db/places.ts";
import { Unfinished } from "../misuse.ts";

/** The directory and the databases beside it, for a command that has patience. */
export interface World {
  /** Who writes: another run of the same command is another. */
  readonly runner: string;
  at(place: Place): Database;
  addressOf(place: Place): DatabaseAddress;
}

const TIMEOUT_MS = 30_000;
const PATIENCE_MS = 60_000;

export function openWorld(directory: DatabaseAddress, group: DatabaseGroup | null): World {
  const places = openPlaces(directory, group, TIMEOUT_MS);
  return {
    runner: `run_${randomUUID()}`,
    at: (place) => patient(places.at(place)),
    addressOf: (place) => (place === null ? directory : addressIn(group, place)),
  };
}

/** Asks again while the database is away: only for what may be done twice. @throws Unfinished */
function patient(database: Database): Database {
  const answered = async <T>(ask: () => Promise<T>): Promise<T> => {
    const until = Date.now() + PATIENCE_MS;
    for (let pause = 100; ; pause = Math.min(pause * 2, 2000)) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable)) throw error;
        if (Date.now() > until) {
          throw new Unfinished("A database does not answer. Run the same command again to go on.");
        }
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  };
  return {
    read: (statements) => answered(() => database.read(statements)),
    write: (statements) => answered(() => database.write(statements)),
  };
}
