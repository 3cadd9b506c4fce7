import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../db/client.ts";
import { COUNTERS } from "./definitions.ts";
import { changePackedHistogram } from "./histogram.ts";
import { changePackedKeywords } from "./packed-keywords.ts";
import { changePackedCallers, changePackedHours } from "./packed-week.ts";
import {
  type PackedColumns,
  type PackedWeek,
  packedCallerDays,
  packedSlots,
  packedTeamDays,
  readPackedColumns,
  readWeeks,
  weeksByKey,
  writeCallerDays,
  writeSlots,
  writeTeamDays,
  writeWeeks,
} from "./queries.ts";
import type { Delta, RollupDeltas, WeekDelta } from "./rollups.ts";

/**
 * What stands packed in the rollups, by the JSON form of the row's key: histograms with keywords, and whole
 * weeks. A row that has none is absent.
 */
export interface StoredRollups {
  readonly slots: ReadonlyMap<string, PackedColumns>;
  readonly teamDays: ReadonlyMap<string, PackedColumns>;
  readonly callerDays: ReadonlyMap<string, PackedColumns>;
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
    packedSlots(org, packedKeys(deltas.slots)),
    packedTeamDays(org, packedKeys(deltas.teamDays)),
    packedCallerDays(org, packedKeys(deltas.callerDays)),
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
    slots: readPackedColumns(slots),
    teamDays: readPackedColumns(teamDays),
    callerDays: readPackedColumns(callerDays),
    weeks: readWeeks(weeks),
  };
}

/** True when the answers to the questions about `asked` tell all that writing `deltas` needs. */
export function covers(asked: RollupDeltas, deltas: RollupDeltas): boolean {
  const isInside = (of: "slots" | "teamDays" | "callerDays") =>
    [...deltas[of]].every(([id, delta]) => {
      const known = asked[of].get(id);
      return !isPacked(delta) || (known !== undefined && isPacked(known));
    });
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

/** True when a packed column changes, which must be read to be written. */
function isPacked({ tally, keywords }: Delta<Key>): boolean {
  return tally.hist.size > 0 || keywords.size > 0;
}

function packedKeys<K extends Key>(deltas: ReadonlyMap<string, Delta<K>>): K[] {
  return [...deltas.values()].filter(isPacked).map((delta) => delta.key);
}

function shrunkKeys<K extends Key>(deltas: ReadonlyMap<string, Delta<K>>): K[] {
  return [...deltas.values()].filter((delta) => delta.shrinks).map((delta) => delta.key);
}

/** Key, the counters' differences, the new histogram in hex, and the new keywords; null leaves either as it is. */
function rowsOf<K extends Key>(
  deltas: ReadonlyMap<string, Delta<K>>,
  stored: ReadonlyMap<string, PackedColumns>,
): (string | number | null)[][] {
  return [...deltas].map(([id, { key, tally, keywords }]) => {
    const before = stored.get(id);
    return [
      ...key,
      ...COUNTERS.map((counter) => tally.counters[counter]),
      tally.hist.size === 0 ? null : changePackedHistogram(before?.hist ?? "", tally.hist),
      keywords.size === 0 ? null : changePackedKeywords(before?.keywords ?? "", keywords),
    ];
  });
}

function newWeek(stored: PackedWeek | undefined, { key, hours, callers }: WeekDelta) {
  return {
    key,
    hours: changePackedHours(stored?.hours ?? "", hours),
    callers: changePackedCallers(stored?.callers ?? "", callers),
  };
}
