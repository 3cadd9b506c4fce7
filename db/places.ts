import { type Database, type DatabaseAddress, openDatabase } from "./client.ts";

/** Where an organisation's call data is: a database's URL, or null for the directory's own database. */
export type Place = string | null;

/** The databases that organisations may have: their URLs by a pattern with one `*`, and the token of all. */
export interface DatabaseGroup {
  readonly urls: string;
  readonly token?: string | undefined;
}

/** The directory and the databases that its rows name. */
export interface Places {
  readonly directory: Database;
  at(place: Place): Database;
}

/** Opens the directory, and each other place when it is first asked for. */
export function openPlaces(
  directory: DatabaseAddress,
  group: DatabaseGroup | null,
  timeoutMs?: number,
): Places {
  return placesBeside(openDatabase(directory, timeoutMs), group, timeoutMs);
}

/** The places of a directory that is open already. */
export function placesBeside(directory: Database, group: DatabaseGroup | null, timeoutMs?: number): Places {
  const opened = new Map<string, Database>();
  return {
    directory,
    at: (place) => {
      if (place === null) return directory;
      const known = opened.get(place);
      if (known !== undefined) return known;
      const database = openDatabase(addressIn(group, place), timeoutMs);
      opened.set(place, database);
      return database;
    },
  };
}

/**
 * The address of a database of the group. The token goes to no other host, whatever a row in the
 * directory says.
 * @throws Error in a sentence when the URL is not of the allowed form
 */
export function addressIn(group: DatabaseGroup | null, url: string): DatabaseAddress {
  if (group === null)
    throw new Error("no database of an organisation's own is allowed here: ORG_DATABASES is not set");
  if (!patternOf(group.urls).test(url)) {
    throw new Error(`${url} is not of the form ${group.urls}, which ORG_DATABASES allows`);
  }
  return { url, token: group.token };
}

/** Scheme and host with one `*`, which stands for one label of the name, part of it, or the port. */
const GROUP = /^(https|http|libsql):\/\/[a-z0-9.-]*\*?[a-z0-9.-]*(:([0-9]+|\*))?$/;

export function isGroupPattern(urls: string): boolean {
  const isLocal = /^http:\/\/(127\.0\.0\.1|localhost)(:|$)/.test(urls);
  return GROUP.test(urls) && urls.split("*").length === 2 && (isLocal || !urls.startsWith("http:"));
}

function patternOf(urls: string): RegExp {
  const [before = "", after = ""] = urls.split("*").map((part) => part.replaceAll(".", "\\."));
  return new RegExp(`^${before}[a-z0-9-]+${after}$`);
}
