import type { ResultSet } from "@libsql/client/web";
import type { Database, Statement } from "../../db/client.ts";
import { readTimeZone, timeZoneOf } from "../accounts/queries.ts";
import { type KeptSince, type RollupDeltas, rollupDeltas } from "../metrics/rollups.ts";
import { rollupQuestions, rollupStatements, storedRollups } from "../metrics/write-rollups.ts";
import { type Zone, zoneNamed } from "../metrics/zone.ts";
import type { Call } from "./call.ts";
import { answered, commitFenced } from "./commit.ts";
import { removeCalls } from "./maintenance-queries.ts";
import { countedSince, type Head, headOf, readHead, writeCalls } from "./queries.ts";

/** The head that a change is made for, and how its rollups are cut. */
export interface Standing {
  readonly head: Head;
  readonly zone: Zone;
  readonly since: KeptSince;
}

/** A call that is written anew, or with `after` null removed. */
export interface CallChange {
  readonly before: Call;
  readonly after: Call | null;
}

/** What one fenced transaction does. */
export interface Change<T> {
  /** Each with its differences in every rollup. */
  readonly changes?: readonly CallChange[];
  /** Differences that no call makes. */
  readonly deltas?: RollupDeltas;
  readonly statements: readonly Statement[];
  readonly outcome: T;
}

/**
 * Reads, decides and commits behind the organisation's fence, and does all of it again whenever somebody
 * else committed in between. `decide` may ask the database for more; null writes nothing.
 * @throws DatabaseUnavailable when the database cannot be read: then nothing was written
 */
export async function changeCalls<T>(
  database: Database,
  org: string,
  questions: readonly Statement[],
  decide: (standing: Standing, results: readonly ResultSet[]) => Promise<Change<T> | null> | Change<T> | null,
): Promise<T | null> {
  for (;;) {
    const [directory, head, ...results] = await database.read([timeZoneOf(org), headOf(org), ...questions]);
    const standing = standingOf(readHead(answered(head)), readTimeZone(answered(directory)));
    const change = await decide(standing, results);
    if (change === null) return null;
    const { seq } = standing.head;
    const statements = [
      ...callStatements(org, change.changes ?? []),
      ...(await rollupsOf(database, org, standing, change)),
      ...change.statements,
    ];
    if (await commitFenced(database, { org, seq, zone: standing.zone.name, statements })) {
      return change.outcome;
    }
  }
}

function callStatements(org: string, changes: readonly CallChange[]): Statement[] {
  const written = changes.flatMap(({ after }) => (after === null ? [] : [after]));
  const removed = changes.flatMap(({ before, after }) => (after === null ? [before.call_id] : []));
  return [
    ...(written.length === 0 ? [] : [writeCalls(org, written)]),
    ...(removed.length === 0 ? [] : [removeCalls(org, removed)]),
  ];
}

/** What stands in the rollups is read after the head; the fence covers this read too. */
async function rollupsOf<T>(
  database: Database,
  org: string,
  { zone, since }: Standing,
  change: Change<T>,
): Promise<Statement[]> {
  const deltas = change.deltas ?? rollupDeltas(change.changes ?? [], zone, since);
  const touched = [deltas.slots, deltas.teamDays, deltas.callerDays, deltas.weeks];
  if (touched.every(({ size }) => size === 0)) return [];
  const stored = storedRollups(await database.read(rollupQuestions(org, deltas)));
  return rollupStatements(org, deltas, stored);
}

function standingOf(found: Head | null, own: string): Standing {
  const head: Head = found ?? {
    seq: 0,
    zone: own,
    callsSince: 0,
    daysSince: 0,
    callersSince: 0,
    weeksSince: 0,
    daysCut: 0,
    weeksCut: 0,
    keywordsSince: 0,
    keywordsCut: 0,
    callMonths: 36,
    tombstoneKey: null,
  };
  const zone = zoneNamed(head.zone);
  if (zone === null) throw new Error(`the organisation's time zone ${head.zone} is not known here`);
  return {
    head,
    zone,
    since: countedSince(head),
  };
}
