import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../db/client.ts";
import { COUNTERS } from "./definitions.ts";
import { addHistogram, addPacked, type Histogram, packHistogram } from "./histogram.ts";
import { addPackedCallers, addPackedHours, callerOf, packCallers, packHours } from "./packed-week.ts";
import {
  type PackedWeek,
  readCallerDayHistograms,
  readHistograms,
  readSlotHistograms,
  readTeamDayHistograms,
  readWeeks,
  weeksByKey,
  writeCallerDays,
  writeSlots,
  writeTeamDays,
  writeWeeks,
} from "./queries.ts";
import type { Delta, RollupDeltas, WeekDelta } from "./rollups.ts";

/**
 * What stands packed in the rollups, by the JSON form of the row's key: histograms, and whole weeks. A
 * row that has none is absent.
 */
export interface StoredRollups {
  readonly slots: ReadonlyMap<string, string>;
  readonly teamDays: ReadonlyMap<string, string>;
  readonly callerDays: ReadonlyMap<string, string>;
  readonly weeks: ReadonlyMap<string, PackedWeek>;
}

/** What an organisation has before its first call. */
export const NOTHING_STORED: StoredRollups = {
  slots: new Map(),
  teamDays: new Map(),
  callerDays: new Map(),
  weeks: new Map(),
};

/**
 * The statements that read what `rollupStatements` must know: what stands packed where these deltas
 * change it. Everything else is added by the database itself.
 */
export function rollupQuestions(org: string, deltas: RollupDeltas): Statement[] {
  return [
    readSlotHistograms(org, keysWithHistogram(deltas.slots)),
    readTeamDayHistograms(org, keysWithHistogram(deltas.teamDays)),
    readCallerDayHistograms(org, keysWithHistogram(deltas.callerDays)),
    weeksByKey(
      org,
      [...deltas.weeks.values()].map(({ key }) => key),
    ),
  ];
}

/** The answers to `rollupQuestions`, in its order. */
export function storedRollups(results: readonly ResultSet[]): StoredRollups {
  const [slots, teamDays, callerDays, weeks] = results;
  if (slots === undefined || teamDays === undefined || callerDays === undefined || weeks === undefined) {
    throw new Error("four answers belong to the four questions about rollups");
  }
  return {
    slots: readHistograms(slots),
    teamDays: readHistograms(teamDays),
    callerDays: readHistograms(callerDays),
    weeks: readWeeks(weeks),
  };
}

/** True when the answers to the questions about `asked` tell all that writing `deltas` needs. */
export function covers(asked: RollupDeltas, deltas: RollupDeltas): boolean {
  const isInside = (of: "slots" | "teamDays" | "callerDays") =>
    [...deltas[of]].every(
      ([id, { tally }]) => tally.hist.size === 0 || (asked[of].get(id)?.tally.hist.size ?? 0) > 0,
    );
  return (
    isInside("slots") &&
    isInside("teamDays") &&
    isInside("callerDays") &&
    [...deltas.weeks.keys()].every((id) => asked.weeks.has(id))
  );
}

/**
 * One statement per rollup table (two where rows may be left empty), for the same fenced batch as the calls.
 * Two organisations' rows never meet: `org` is bound in each.
 */
export function rollupStatements(org: string, deltas: RollupDeltas, stored: StoredRollups): Statement[] {
  return [
    ...writeSlots(org, rowsOf(deltas.slots, stored.slots), shrunkKeys(deltas.slots)),
    ...writeTeamDays(org, rowsOf(deltas.teamDays, stored.teamDays), shrunkKeys(deltas.teamDays)),
    ...writeCallerDays(org, rowsOf(deltas.callerDays, stored.callerDays), shrunkKeys(deltas.callerDays)),
    ...writeWeeks(
      org,
      [...deltas.weeks].map(([id, delta]) => newWeek(stored.weeks.get(id), delta)),
    ),
  ];
}

type Key = readonly (string | number)[];

function keysWithHistogram<K extends Key>(deltas: ReadonlyMap<string, Delta<K>>): K[] {
  return [...deltas.values()].filter((delta) => delta.tally.hist.size > 0).map((delta) => delta.key);
}

function shrunkKeys<K extends Key>(deltas: ReadonlyMap<string, Delta<K>>): K[] {
  return [...deltas.values()].filter((delta) => delta.shrinks).map((delta) => delta.key);
}

/** Key, the counters' differences, and the new histogram in hex; null leaves it as it is. */
function rowsOf<K extends Key>(
  deltas: ReadonlyMap<string, Delta<K>>,
  stored: ReadonlyMap<string, string>,
): (string | number | null)[][] {
  return [...deltas].map(([id, { key, tally }]) => [
    ...key,
    ...COUNTERS.map((counter) => tally.counters[counter]),
    tally.hist.size === 0 ? null : newHistogram(stored.get(id), tally.hist),
  ]);
}

function newHistogram(stored: string | undefined, delta: Histogram): string {
  const hist: Histogram = new Map();
  if (stored !== undefined) addPacked(hist, stored);
  addHistogram(hist, delta);
  return packHistogram(hist);
}

function newWeek(stored: PackedWeek | undefined, { key, hours, callers }: WeekDelta) {
  if (stored !== undefined) {
    addPackedHours(hours, stored.hours);
    addPackedCallers((id) => callerOf(callers, id), stored.callers);
  }
  return { key, hours: packHours(hours), callers: packCallers(callers) };
}
