import { type Counters, countCall, emptyTally, type Measured, type Tally } from "./definitions.ts";
import { slotOf } from "./range.ts";
import type { Zone } from "./zone.ts";

/** The reserved team of the whole organisation; a team id cannot contain it. */
export const ALL_TEAMS = "*";

/** A call as rollups see it. */
export interface RolledCall extends Measured {
  readonly team: string;
  readonly caller: string;
  readonly started_at: number;
}

/** The key columns of one rollup row after `org`. */
export type SlotKey = readonly [team: string, slot: number];
export type TeamDayKey = readonly [team: string, day: number];
export type CallerDayKey = readonly [caller: string, day: number, team: string];

/** What one rollup row gains and loses. */
export interface Delta<Key> {
  readonly key: Key;
  readonly tally: Tally;
  /** Something was taken away: the row may be left without calls. */
  shrinks: boolean;
}

/** By the key's JSON form. */
type Deltas<Key> = Map<string, Delta<Key>>;

/** The differences that a set of changed calls makes in every rollup. */
export interface RollupDeltas {
  readonly slots: Deltas<SlotKey>;
  readonly teamDays: Deltas<TeamDayKey>;
  readonly callerDays: Deltas<CallerDayKey>;
}

/**
 * (new − old) of each changed call, in every rollup row that it touches. Late, moved and corrected
 * calls are no special case.
 * @param zone the zone in which the organisation's day rollups are cut
 */
export function rollupDeltas(
  changes: readonly { readonly before: RolledCall | null; readonly after: RolledCall }[],
  zone: Zone,
): RollupDeltas {
  const deltas: RollupDeltas = { slots: new Map(), teamDays: new Map(), callerDays: new Map() };
  for (const { before, after } of changes) {
    if (before !== null) count(deltas, before, -1, zone);
    count(deltas, after, 1, zone);
  }
  dropNothing(deltas.slots);
  dropNothing(deltas.teamDays);
  dropNothing(deltas.callerDays);
  return deltas;
}

function count(deltas: RollupDeltas, call: RolledCall, sign: 1 | -1, zone: Zone): void {
  const slot = slotOf(call.started_at);
  const day = zone.localDay(call.started_at);
  for (const team of [call.team, ALL_TEAMS]) {
    countInto(deltas.slots, [team, slot], call, sign);
    countInto(deltas.teamDays, [team, day], call, sign);
  }
  countInto(deltas.callerDays, [call.caller, day, call.team], call, sign);
}

function countInto<Key extends readonly (string | number)[]>(
  deltas: Deltas<Key>,
  key: Key,
  call: RolledCall,
  sign: 1 | -1,
): void {
  const id = JSON.stringify(key);
  let delta = deltas.get(id);
  if (delta === undefined) {
    delta = { key, tally: emptyTally(), shrinks: false };
    deltas.set(id, delta);
  }
  countCall(delta.tally, call, sign);
  if (sign < 0) delta.shrinks = true;
}

/** A correction that leaves a row as it was needs no write. */
function dropNothing<Key>(deltas: Deltas<Key>): void {
  for (const [id, { tally }] of deltas) {
    if (tally.hist.size === 0 && isZero(tally.counters)) deltas.delete(id);
  }
}

function isZero(counters: Counters): boolean {
  return Object.values(counters).every((value) => value === 0);
}
