import type { Database } from "../../db/client.ts";
import { COUNTERS, type Tally } from "../metrics/definitions.ts";
import { packHistogram } from "../metrics/histogram.ts";
import { dayRows, type RollupRow, readRollupRows, weekRows } from "../metrics/maintenance-queries.ts";
import { changePackedKeywords } from "../metrics/packed-keywords.ts";
import { packCallers, packHours } from "../metrics/packed-week.ts";
import { type PackedWeek, readWeeks } from "../metrics/queries.ts";
import { firstDayOf, SLOT_MS, weekOf } from "../metrics/range.ts";
import { type Delta, rollupDeltas, type WeekDelta } from "../metrics/rollups.ts";
import { dayLabel, type Zone, zoneNamed } from "../metrics/zone.ts";
import { answered, writeWhereOpen } from "./commit.ts";
import { oldestStart, raiseAlarm, readStarts } from "./maintenance-queries.ts";
import { countedCalls, type Head, headOf, readCountedCalls, readHead } from "./queries.ts";

/** A rollup that does not say what the calls say: how many of its rows of that day, and in which sums. */
export interface Difference {
  readonly rollup: "r_slot" | "r_team_day" | "r_day" | "r_week";
  readonly rows: number;
  readonly sums: readonly string[];
}

/** What one check compared, and what it found. */
export interface Checked {
  /** As `2026-10-31`, in the zone of the rollups. */
  readonly day: string;
  readonly differences: readonly Difference[];
}

/**
 * Counts one local day's calls anew and holds them against every rollup row of that day and of its week,
 * in both directions. Any difference is an alarm row and a log line, neither of which names anybody.
 * @param choose a number from 0 to below 1 that picks the day among those whose calls are all kept
 * @param now UTC ms
 * @returns null where there is no such day yet
 */
export async function selfCheck(
  database: Database,
  org: string,
  choose: number,
  now: number,
): Promise<Checked | null> {
  const [head, starts] = await database.read([headOf(org), oldestStart(org)]);
  const standing = readHead(answered(head));
  const { oldest } = readStarts(answered(starts));
  if (standing === null || oldest === null) return null;
  const zone = named(standing.zone);
  const first = firstWholeDay(zone, Math.max(standing.callsSince, standing.daysSince, oldest));
  const days = zone.localDay(now) - first;
  if (days <= 0) return null;
  const day = first + Math.floor(choose * days);
  const differences = await compareDay(database, org, day, zone);
  // The zone, or a boundary, moved in between: another night.
  if (differences === null) return null;
  const checked = { day: dayLabel(day), differences };
  if (differences.length > 0) await tell(database, org, checked, now);
  return checked;
}

async function compareDay(
  database: Database,
  org: string,
  day: number,
  zone: Zone,
): Promise<Difference[] | null> {
  const week = weekOf(day);
  const [from, to] = [zone.startOfDay(day), zone.startOfDay(day + 1)];
  const [monday, nextMonday] = [zone.startOfDay(firstDayOf(week)), zone.startOfDay(firstDayOf(week + 1))];
  const whole = { from: Math.ceil(from / SLOT_MS), to: Math.floor(to / SLOT_MS) };
  const [head, calls, weeks, ...stored] = await database.read([
    headOf(org),
    countedCalls(org, monday, nextMonday),
    weekRows(org, week),
    ...dayRows(org, day, whole),
  ]);
  const standing = readHead(answered(head));
  if (standing === null || !canCheck(standing, zone, from)) return null;
  const since = {
    days: standing.daysSince,
    callers: standing.callersSince,
    weeks: standing.weeksSince,
    keywords: standing.keywordsSince,
  };
  const ofWeek = readCountedCalls(answered(calls)).map((after) => ({ before: null, after }));
  const ofDay = ofWeek.filter(({ after }) => from <= after.started_at && after.started_at < to);
  const counted = rollupDeltas(ofDay, zone, since);
  // Where midnight lies inside a slot, that slot belongs to two days.
  for (const [id, { key }] of counted.slots) {
    const [, slot] = key;
    if (slot < whole.from || slot >= whole.to) counted.slots.delete(id);
  }
  const rollups = ["r_slot", "r_team_day", "r_day"] as const;
  const wanted = [counted.slots, counted.teamDays, counted.callerDays];
  const days = rollups.flatMap((rollup, index) => {
    // Retention may just be removing them.
    if (rollup === "r_day" && from < standing.callersSince) return [];
    const rows = readRollupRows(answered(stored[index]));
    return differenceOf(rollup, wanted[index] ?? new Map(), rows, from >= standing.keywordsSince);
  });
  if (monday < Math.max(standing.callsSince, standing.weeksSince)) return days;
  const counts = rollupDeltas(ofWeek, zone, since).weeks;
  const withCallers = monday >= standing.callersSince;
  return [...days, ...differenceOfWeek(counts, readWeeks(answered(weeks)), withCallers)];
}

function canCheck(head: Head, zone: Zone, from: number): boolean {
  return named(head.zone) === zone && from >= head.callsSince && from >= head.daysSince;
}

function differenceOf(
  rollup: Difference["rollup"],
  wanted: ReadonlyMap<string, Pick<Delta<unknown>, "tally" | "keywords">>,
  rows: readonly RollupRow[],
  withKeywords: boolean,
): Difference[] {
  const stored = new Map(rows.map((row) => [JSON.stringify(row.key), row]));
  const keys = new Set([...wanted.keys(), ...stored.keys()]);
  const sums = new Set<string>();
  let different = 0;
  for (const key of keys) {
    const [counted, row] = [wanted.get(key), stored.get(key)];
    const found = unequal(counted?.tally, row?.tally);
    const words = changePackedKeywords("", counted?.keywords ?? new Map());
    if (withKeywords && words !== (row?.keywords ?? "")) found.push("keywords");
    if (found.length > 0) different += 1;
    for (const name of found) sums.add(name);
  }
  return different === 0 ? [] : [{ rollup, rows: different, sums: [...sums] }];
}

function unequal(wanted: Tally | undefined, stored: Tally | undefined): string[] {
  const counters = COUNTERS.filter(
    (counter) => (wanted?.counters[counter] ?? 0) !== (stored?.counters[counter] ?? 0),
  );
  const packed = (tally: Tally | undefined) => (tally === undefined ? "" : packHistogram(tally.hist));
  return packed(wanted) === packed(stored) ? counters : [...counters, "hist"];
}

function differenceOfWeek(
  counted: ReadonlyMap<string, WeekDelta>,
  stored: ReadonlyMap<string, PackedWeek>,
  withCallers: boolean,
): Difference[] {
  const sums = new Set<string>();
  let rows = 0;
  for (const key of new Set([...counted.keys(), ...stored.keys()])) {
    const [wanted, found] = [counted.get(key), stored.get(key)];
    const hours = packHours(wanted?.hours ?? new Map()) !== (found?.hours ?? "");
    const callers = withCallers && packCallers(wanted?.callers ?? new Map()) !== (found?.callers ?? "");
    if (hours || callers) rows += 1;
    if (hours) sums.add("hours");
    if (callers) sums.add("callers");
  }
  return rows === 0 ? [] : [{ rollup: "r_week", rows, sums: [...sums] }];
}

async function tell(database: Database, org: string, checked: Checked, now: number): Promise<void> {
  const alarm = { alarm: `alarm_${crypto.randomUUID()}`, at: now, kind: "rollups-differ" };
  console.error(JSON.stringify({ level: "error", alarm: alarm.kind, org, ...checked }));
  await writeWhereOpen(database, org, [raiseAlarm(org, { ...alarm, detail: JSON.stringify(checked) })]);
}

function firstWholeDay(zone: Zone, at: number): number {
  const day = zone.localDay(at);
  return zone.startOfDay(day) < at ? day + 1 : day;
}

function named(name: string): Zone {
  const zone = zoneNamed(name);
  if (zone === null) throw new Error(`the organisation's time zone ${name} is not known here`);
  return zone;
}
