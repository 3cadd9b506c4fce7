import type { ResultSet } from "@libsql/client/web";
import type { Database, Statement } from "../../db/client.ts";
import type { Place, Places } from "../../db/places.ts";
import { placeOf, readPlace } from "./queries.ts";

/**
 * The database with an organisation's call data, wherever the directory says it is. Each read asks the
 * directory too: in the same batch while it is the directory's own database, beside it where it is another.
 * Until a move has switched, the old place holds still, so that an answer from where the directory said
 * while it was read is the truth of that moment. A write goes where the last read was and is refused there
 * by its fence (`org_closed`) when the organisation is no longer, or not yet, written in that place.
 */
export class TenantDatabase implements Database {
  readonly #places: Places;
  readonly #org: string;
  #place: Place;

  /** @param place where it was last seen: only a hint */
  constructor(places: Places, org: string, place: Place = null) {
    this.#places = places;
    this.#org = org;
    this.#place = place;
  }

  async read(statements: readonly Statement[]): Promise<ResultSet[]> {
    if (this.#place !== null) {
      return readBeside(this.#places, this.#place, statements, () => this.where());
    }
    const [where, ...results] = await this.#places.directory.read([placeOf(this.#org), ...statements]);
    this.#place = readPlace(where);
    return this.#place === null ? results : this.#places.at(this.#place).read(statements);
  }

  write(statements: readonly Statement[]): Promise<ResultSet[]> {
    return this.#places.at(this.#place).write(statements);
  }

  /** Asks the directory where the data is. */
  async where(): Promise<Place> {
    const [where] = await this.#places.directory.read([placeOf(this.#org)]);
    this.#place = readPlace(where);
    return this.#place;
  }
}

/**
 * Reads where the data was last seen while `whereNow` asks where it is, and once more there should it be
 * elsewhere. The directory's refusal counts before any answer.
 */
export async function readBeside(
  places: Places,
  hint: Place,
  statements: readonly Statement[],
  whereNow: () => Promise<Place>,
): Promise<ResultSet[]> {
  const [where, read] = await Promise.allSettled([whereNow(), places.at(hint).read(statements)]);
  if (where.status === "rejected") throw where.reason;
  if (where.value !== hint) return places.at(where.value).read(statements);
  if (read.status === "rejected") throw read.reason;
  return read.value;
}
