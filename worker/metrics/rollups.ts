import { COUNTERS, type Counters, countCall, emptyTally, type Measured, type Tally } from "./definitions.ts";
import { countKeywords, type Keywords } from "./packed-keywords.ts";
import { type Callers, callerOf, type Hours, hourOf } from "./packed-week.ts";
import { hourOfWeek, slotOf, weekOf } from "./range.ts";
import type { Zone } from "./zone.ts";

/** The reserved team of the whole organisation; a team id cannot contain it. */
export const ALL_TEAMS = "*";

/** A call as rollups see it. */
export interface RolledCall extends Measured {
  readonly team: string;
  readonly caller: string;
  readonly started_at: number;
}

/** A call with what was said in it: a JSON array of distinct strings, or null. */
export interface CountedCall extends RolledCall {
  readonly keywords: string | null;
}

/** The key columns of one rollup row after `org`. */
export type SlotKey = readonly [team: string, slot: number];
export type TeamDayKey = readonly [team: string, day: number];
export type CallerDayKey = readonly [day: number, caller: string, team: string];
export type WeekKey = readonly [week: number, team: string];

/** What one rollup row gains and loses. */
export interface Delta<Key> {
  readonly key: Key;
  readonly tally: Tally;
  /** Of teams alone: callers' days have none. */
  readonly keywords: Keywords;
  /** Something was taken away: the row may be left without calls. */
  shrinks: boolean;
}

/** What one team's week gains and loses; the whole organisation's has no callers. */
export interface WeekDelta {
  readonly key: WeekKey;
  readonly hours: Hours;
  readonly callers: Callers;
}

/** By the key's JSON form. */
type Deltas<Key> = Map<string, Delta<Key>>;

/** From when on an organisation keeps rollups by local day, UTC ms, each the start of a local day; 0 is always. */
export interface KeptSince {
  /** Of teams and callers: earlier days were cut in another zone, and slots answer for them. */
  readonly days: number;
  /** Of callers: earlier ones count in their team's rows alone. */
  readonly callers: number;
  /** Of weeks, the start of a local week: days and slots answer for earlier ones. */
  readonly weeks: number;
  /** Of keywords, the start of a local day: calls answer for earlier ones. */
  readonly keywords: number;
}

/** The differences that a set of changed calls makes in every rollup. */
export interface RollupDeltas {
  readonly slots: Deltas<SlotKey>;
  readonly teamDays: Deltas<TeamDayKey>;
  readonly callerDays: Deltas<CallerDayKey>;
  readonly weeks: Map<string, WeekDelta>;
}

/**
 * (new − old) of each changed call, in every rollup row that it touches. Late, moved, corrected and
 * removed calls are no special case.
 * @param zone the zone in which the organisation's days and weeks are cut
 */
export function rollupDeltas(
  changes: readonly { readonly before: CountedCall | null; readonly after: CountedCall | null }[],
  zone: Zone,
  since: KeptSince,
): RollupDeltas {
  const deltas = emptyDeltas();
  for (const { before, after } of changes) {
    if (before !== null) count(deltas, before, -1, zone, since);
    if (after !== null) count(deltas, after, 1, zone, since);
  }
  dropNothing(deltas.slots);
  dropNothing(deltas.teamDays);
  dropNothing(deltas.callerDays);
  for (const [id, delta] of deltas.weeks) if (changesNothing(delta)) deltas.weeks.delete(id);
  return deltas;
}

function count(deltas: RollupDeltas, call: CountedCall, sign: 1 | -1, zone: Zone, since: KeptSince): void {
  const slot = slotOf(call.started_at);
  const teams = [call.team, ALL_TEAMS];
  const said = call.started_at < since.keywords ? NOTHING_SAID : keywordsOf(call);
  for (const team of teams) countInto(deltas.slots, [team, slot], call, sign, said);
  if (call.started_at >= since.weeks) countWeek(deltas.weeks, call, sign, zone, since.callers);
  if (call.started_at < since.days) return;
  const day = zone.localDay(call.started_at);
  for (const team of teams) countInto(deltas.teamDays, [team, day], call, sign, said);
  if (call.started_at < since.callers) return;
  countInto(deltas.callerDays, [day, call.caller, call.team], call, sign, NOTHING_SAID);
}

const NOTHING_SAID: readonly string[] = [];

function keywordsOf({ keywords }: CountedCall): readonly string[] {
  const said: unknown = keywords === null ? NOTHING_SAID : JSON.parse(keywords);
  if (!Array.isArray(said)) throw new TypeError("a call's keywords are not an array");
  return said;
}

export function emptyDeltas(): RollupDeltas {
  return { slots: new Map(), teamDays: new Map(), callerDays: new Map(), weeks: new Map() };
}

/**
 * Takes a caller's day out of the rollups of callers and gives it to `heir`, or with null to nobody: the
 * rollups of teams count it as before. For days whose calls are no longer kept.
 * @param tally all that the caller's row of that day counts
 */
export function moveCallerDay(
  deltas: RollupDeltas,
  key: CallerDayKey,
  heir: string | null,
  tally: Tally,
  zone: Zone,
  since: KeptSince,
): void {
  const [day, caller, team] = key;
  const inWeeks = zone.startOfDay(day) >= since.weeks;
  const add = (id: string, sign: 1 | -1) => {
    const own: CallerDayKey = [day, id, team];
    const delta = { key: own, tally: emptyTally(), keywords: new Map(), shrinks: sign < 0 };
    addTimes(delta.tally, tally, sign);
    deltas.callerDays.set(JSON.stringify(own), delta);
    if (!inWeeks) return;
    const week: WeekKey = [weekOf(day), team];
    const weekId = JSON.stringify(week);
    const weekDelta = deltas.weeks.get(weekId) ?? { key: week, hours: new Map(), callers: new Map() };
    deltas.weeks.set(weekId, weekDelta);
    addTimes(callerOf(weekDelta.callers, id), tally, sign);
  };
  add(caller, -1);
  if (heir !== null) add(heir, 1);
}

function addTimes(into: Tally, other: Tally, sign: 1 | -1): void {
  for (const [bucket, count] of other.hist) {
    const sum = (into.hist.get(bucket) ?? 0) + sign * count;
    if (sum === 0) into.hist.delete(bucket);
    else into.hist.set(bucket, sum);
  }
  for (const counter of COUNTERS) into.counters[counter] += sign * other.counters[counter];
}

/** Counts a call into its team's week and the organisation's; its caller from `callersSince` (UTC ms) on. */
export function countWeek(
  weeks: Map<string, WeekDelta>,
  call: RolledCall,
  sign: 1 | -1,
  zone: Zone,
  callersSince: number,
): void {
  const week = weekOf(zone.localDay(call.started_at));
  const hour = hourOfWeek(call.started_at, zone);
  for (const team of [call.team, ALL_TEAMS]) {
    const key: WeekKey = [week, team];
    const id = JSON.stringify(key);
    let delta = weeks.get(id);
    if (delta === undefined) {
      delta = { key, hours: new Map(), callers: new Map() };
      weeks.set(id, delta);
    }
    hourOf(delta.hours, hour)[call.status] += sign;
    if (team !== ALL_TEAMS && call.started_at >= callersSince)
      countCall(callerOf(delta.callers, call.caller), call, sign);
  }
}

function countInto<Key extends readonly (string | number)[]>(
  deltas: Deltas<Key>,
  key: Key,
  call: RolledCall,
  sign: 1 | -1,
  said: readonly string[],
): void {
  const id = JSON.stringify(key);
  let delta = deltas.get(id);
  if (delta === undefined) {
    delta = { key, tally: emptyTally(), keywords: new Map(), shrinks: false };
    deltas.set(id, delta);
  }
  countCall(delta.tally, call, sign);
  countKeywords(delta.keywords, said, call.sentiment, sign);
  if (sign < 0) delta.shrinks = true;
}

/** A correction that leaves a row as it was needs no write. */
function dropNothing<Key>(deltas: Deltas<Key>): void {
  for (const [id, { tally, keywords }] of deltas) {
    if (tally.hist.size === 0 && keywords.size === 0 && isZero(tally.counters)) deltas.delete(id);
  }
}

function changesNothing({ hours, callers }: WeekDelta): boolean {
  return (
    [...hours.values()].every(isZero) &&
    [...callers.values()].every(({ hist, counters }) => hist.size === 0 && isZero(counters))
  );
}

function isZero(counters: Partial<Counters>): boolean {
  return Object.values(counters).every((value) => value === 0);
}
