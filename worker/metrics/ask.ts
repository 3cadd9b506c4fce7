import type { ResultSet } from "@libsql/client/web";
import * as v from "valibot";
import type { Database, Statement } from "../../db/client.ts";
import { readTimeZone, timeZoneOf } from "../accounts/queries.ts";
import { headOf, readHead } from "../calls/queries.ts";
import { Problem } from "../http/problem.ts";
import { BusinessHours } from "./business-hours.ts";
import { businessHoursOf, readBusinessHours } from "./queries.ts";
import type { Question } from "./question.ts";
import type { KeptSince } from "./rollups.ts";
import { type Zone, zoneNamed } from "./zone.ts";

/** The zones that decide how an organisation's question is cut. */
export interface Zones {
  /** In which its day rollups are cut. */
  readonly rollups: Zone;
  /** In which it counts its days where a question names no other. */
  readonly own: Zone;
  /** From when on it keeps rollups by local day. */
  readonly since: KeptSince;
  /** When it is open, or null where the question is about all hours. */
  readonly open: BusinessHours | null;
}

/** What a question asks of the database, once its zones are known, and how it reads the answer. */
export interface Plan<T> {
  readonly statements: readonly Statement[];
  /** UTC ms of the first instant that it must ask calls themselves about, or null for none. */
  readonly callsFrom: number | null;
  /** UTC ms of the first instant that it asks single callers about; absent where it asks about none. */
  readonly callersFrom?: number | undefined;
  read(results: readonly ResultSet[]): T;
}

/** When an answer was true, and the organisation's head at that moment. */
export interface Stamp {
  readonly as_of: string;
  readonly seq: number;
}

/**
 * Answers a question in one round trip: the zones are remembered from the last time and asked again in
 * the same batch, as are business hours where it is about those; where they turn out to be others, the question is
 * asked once more.
 * @throws Problem 422 `calls-not-kept` when it needs calls that retention has removed, `callers-not-kept`
 *   when it asks about callers before the time for which their numbers are kept, `no-business-hours`
 */
export async function ask<T extends object>(
  database: Database,
  org: string,
  { hours }: Pick<Question, "hours">,
  now: number,
  plan: (zones: Zones) => Plan<T>,
): Promise<T & Stamp> {
  let names = remembered.get(org) ?? MOST_LIKELY;
  for (;;) {
    const { days, callers, weeks, keywords } = names;
    const since = { days, callers, weeks, keywords };
    const open = hours === undefined ? null : readable(names.hours);
    const planned = plan({ rollups: known(names.rollups), own: known(names.own), since, open });
    const asked = [...planned.statements, ...(hours === undefined ? [] : [businessHoursOf(org)])];
    const [directory, head, ...results] = await database.read([timeZoneOf(org), headOf(org), ...asked]);
    if (directory === undefined || head === undefined) throw new Error("the database left out an answer");
    const opening = hours === undefined ? undefined : results.at(-1);
    const own = readTimeZone(directory);
    const found = readHead(head);
    const actual = {
      own,
      rollups: found?.zone ?? own,
      days: found?.daysSince ?? 0,
      callers: found?.callersSince ?? 0,
      weeks: found?.weeksSince ?? 0,
      keywords: found?.keywordsSince ?? 0,
      hours: opening === undefined ? names.hours : readBusinessHours(opening),
    };
    if (hours !== undefined && actual.hours === null) throw noBusinessHours();
    if (isSame(actual, names)) {
      if (callers !== 0 && planned.callersFrom !== undefined && planned.callersFrom < callers) {
        throw callersNotKept(callers);
      }
      if (planned.callsFrom !== null && planned.callsFrom < (found?.callsSince ?? 0)) throw notKept();
      return { ...planned.read(results), as_of: new Date(now).toISOString(), seq: found?.seq ?? 0 };
    }
    names = actual;
    remember(org, actual);
  }
}

interface ZoneNames extends KeptSince {
  readonly rollups: string;
  readonly own: string;
  /** JSON of `BusinessHours`, or null where none are set. */
  readonly hours: string | null;
}

function isSame(a: ZoneNames, b: ZoneNames): boolean {
  return (
    a.own === b.own &&
    a.rollups === b.rollups &&
    a.days === b.days &&
    a.callers === b.callers &&
    a.weeks === b.weeks &&
    a.keywords === b.keywords &&
    a.hours === b.hours
  );
}

/** The default of a new organisation. */
const MOST_LIKELY: ZoneNames = {
  rollups: "Asia/Kolkata",
  own: "Asia/Kolkata",
  days: 0,
  callers: 0,
  weeks: 0,
  keywords: 0,
  hours: null,
};
const REMEMBERED = 10_000;
const remembered = new Map<string, ZoneNames>();

function remember(org: string, names: ZoneNames): void {
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(org, names);
}

function known(name: string): Zone {
  const zone = zoneNamed(name);
  if (zone === null) throw new Error(`the organisation's time zone ${name} is not known here`);
  return zone;
}

/** Before they were read once, an organisation is taken for closed: the question is asked once more. */
function readable(hours: string | null): BusinessHours {
  return hours === null ? { weekly: [], holidays: [] } : v.parse(BusinessHours, JSON.parse(hours));
}

function noBusinessHours(): Problem {
  return new Problem(
    422,
    "no-business-hours",
    "No business hours",
    "This organisation has not said when it is open.",
    {
      errors: [{ parameter: "hours", detail: "is not known: set the organisation's business hours first." }],
    },
  );
}

function notKept(): Problem {
  return new Problem(
    422,
    "calls-not-kept",
    "Calls no longer kept",
    "This range needs single calls that retention has removed. Ask for whole days in the organisation's time zone.",
  );
}

function callersNotKept(since: number): Problem {
  return new Problem(
    422,
    "callers-not-kept",
    "Numbers of callers no longer kept",
    `Numbers of single callers are kept from ${new Date(since).toISOString()} on. Ask from then, or without callers.`,
    { errors: [{ parameter: "from", detail: `must not be before ${new Date(since).toISOString()}.` }] },
  );
}
