import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../db/client.ts";
import { COUNTERS } from "./definitions.ts";
import { addHistogram, addPacked, type Histogram, packHistogram } from "./histogram.ts";
import {
  readCallerDayHistograms,
  readHistograms,
  readSlotHistograms,
  readTeamDayHistograms,
  writeCallerDays,
  writeSlots,
  writeTeamDays,
} from "./queries.ts";
import type { Delta, RollupDeltas } from "./rollups.ts";

/** The histograms as they stand, by the JSON form of their row's key; a row without one is absent. */
export interface StoredHistograms {
  readonly slots: ReadonlyMap<string, string>;
  readonly teamDays: ReadonlyMap<string, string>;
  readonly callerDays: ReadonlyMap<string, string>;
}

/**
 * The statements that read what `rollupStatements` must know: the histograms that these deltas change.
 * Everything else is added by the database itself.
 */
export function histogramQuestions(org: string, deltas: RollupDeltas): Statement[] {
  return [
    readSlotHistograms(org, keysWithHistogram(deltas.slots)),
    readTeamDayHistograms(org, keysWithHistogram(deltas.teamDays)),
    readCallerDayHistograms(org, keysWithHistogram(deltas.callerDays)),
  ];
}

/** The answers to `histogramQuestions`, in its order. */
export function storedHistograms(results: readonly ResultSet[]): StoredHistograms {
  const [slots, teamDays, callerDays] = results;
  if (slots === undefined || teamDays === undefined || callerDays === undefined) {
    throw new Error("three answers belong to the three histogram questions");
  }
  return {
    slots: readHistograms(slots),
    teamDays: readHistograms(teamDays),
    callerDays: readHistograms(callerDays),
  };
}

/**
 * One statement per rollup table (two where rows may be left empty), for the same fenced batch as the calls.
 * Two organisations' rows never meet: `org` is bound in each.
 */
export function rollupStatements(org: string, deltas: RollupDeltas, stored: StoredHistograms): Statement[] {
  return [
    ...writeSlots(org, rowsOf(deltas.slots, stored.slots), shrunkKeys(deltas.slots)),
    ...writeTeamDays(org, rowsOf(deltas.teamDays, stored.teamDays), shrunkKeys(deltas.teamDays)),
    ...writeCallerDays(org, rowsOf(deltas.callerDays, stored.callerDays), shrunkKeys(deltas.callerDays)),
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
