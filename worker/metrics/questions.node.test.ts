import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { afterAll, beforeAll, expect, test } from "vitest";
import answers from "../../tests/fixtures/calls/answers.json" with { type: "json" };
import { admit } from "../calls/admit.ts";
import type { Call } from "../calls/call.ts";
import { arbitraryCall, CALLERS, TEAMS, truthOf } from "../calls/fixtures/arbitrary-calls.ts";
import { type OwnDatabase, ownDatabase } from "../calls/fixtures/organisation.ts";
import { eventsOfLines } from "../calls/read-events.ts";
import { CallWriter } from "../calls/store-calls.ts";
import type { Interval } from "./buckets.ts";
import { caller } from "./caller.ts";
import { callers } from "./callers.ts";
import { keywords } from "./keywords.ts";
import type { Question } from "./question.ts";
import { series } from "./series.ts";
import { summary } from "./summary.ts";
import { week } from "./week.ts";
import { zoneNamed } from "./zone.ts";

let own: OwnDatabase;
beforeAll(async () => {
  own = await ownDatabase();
});
afterAll(() => own.close());

const NOW = Date.parse("2026-11-24T12:00:00Z");
const HOUR = 3_600_000;

function zone(name: string) {
  const found = zoneNamed(name);
  if (found === null) throw new Error(`no zone ${name}`);
  return found;
}

/** The oracle: plain loops over the true calls, local time by Temporal. */
function chosen(truth: readonly Call[], { from, to, team, caller: id }: Question): Call[] {
  return truth.filter(
    (call) =>
      from <= call.started_at &&
      call.started_at < to &&
      (team === undefined || call.team === team) &&
      (id === undefined || call.caller === id),
  );
}

function countsOf(calls: readonly Call[]) {
  const of = (status: Call["status"]) => calls.filter((call) => call.status === status);
  return {
    n: calls.length,
    connected: of("connected").length,
    missed: of("missed").length,
    declined: of("declined").length,
    talk_s: of("connected").reduce((sum, call) => sum + call.duration_s, 0),
  };
}

function meanOf(values: readonly (number | null)[]): number | null {
  const scores = values.filter((value) => value !== null);
  return scores.length === 0 ? null : scores.reduce((sum, score) => sum + score / 100, 0) / scores.length;
}

function expectQualities(given: Record<string, unknown>, calls: readonly Call[]): void {
  for (const name of ["clarity", "proficiency", "volume"] as const) {
    const wanted = meanOf(calls.map((call) => call[name]));
    if (wanted === null) expect(given[name]).toBeNull();
    else expect(Math.abs(Number(given[name]) - wanted)).toBeLessThan(1e-9);
  }
  const durations = calls
    .filter((call) => call.status === "connected")
    .map((call) => call.duration_s)
    .sort((a, b) => a - b);
  for (const percent of [50, 90, 95]) {
    const wanted = durations[Math.ceil((durations.length * percent) / 100) - 1];
    if (wanted === undefined) expect(given[`p${percent}`]).toBeNull();
    else expect(Math.abs(Number(given[`p${percent}`]) - wanted)).toBeLessThanOrEqual(wanted * 0.01);
  }
}

const local = (at: number, name: string) =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(name);

/** The local date on which the bucket of an instant begins. */
function labelOf(at: number, interval: Interval, name: string): string {
  const date = local(at, name).toPlainDate();
  if (interval === "week") return date.subtract({ days: date.dayOfWeek - 1 }).toString();
  return (interval === "month" ? date.with({ day: 1 }) : date).toString();
}

const FROM = Date.parse("2026-10-30T00:00:00Z");
const TO = Date.parse("2026-11-04T00:00:00Z");
const ZONES = ["Asia/Kolkata", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"];

const instant = fc.oneof(
  fc.integer({ min: FROM - 5 * HOUR, max: TO + 5 * HOUR }),
  fc.integer({ min: FROM / HOUR - 12, max: TO / HOUR + 12 }).map((hour) => hour * HOUR + HOUR / 2),
);

test("every question equals brute force, whatever the zone, range, filter and history", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ZONES),
      fc.array(fc.array(arbitraryCall(FROM, TO, 60), { maxLength: 60 }), { minLength: 1, maxLength: 3 }),
      fc.array(
        fc.record({
          a: instant,
          b: instant,
          team: fc.option(fc.constantFrom(...TEAMS), { nil: undefined }),
          caller: fc.option(fc.constantFrom(...CALLERS), { nil: undefined }),
          tz: fc.option(fc.constantFrom(...ZONES), { nil: undefined }),
        }),
        { minLength: 4, maxLength: 4 },
      ),
      async (home, batches, questions) => {
        const org = await own.organisation(home);
        const writer = new CallWriter(org, own.database);
        for (const batch of batches) await writer.store(batch);
        const truth = truthOf(batches.flat());
        for (const { a, b, tz, ...filter } of questions) {
          const question: Question = {
            ...filter,
            from: Math.min(a, b),
            to: Math.max(a, b) + 1,
            tz: tz === undefined ? undefined : zone(tz),
          };
          await expectAnswers(org, question, tz ?? home, chosen(truth, question));
        }
      },
    ),
    { numRuns: 12 },
  );
}, 120_000);

async function expectAnswers(org: string, question: Question, name: string, calls: readonly Call[]) {
  const tiles = await summary(own.database, org, question, NOW);
  expect(tiles).toMatchObject(countsOf(calls));
  expectQualities({ ...tiles }, calls);
  const saying = (sentiment: string) => calls.filter((call) => call.sentiment === sentiment).length;
  expect(tiles.sentiment).toEqual({
    positive: saying("positive"),
    neutral: saying("neutral"),
    negative: saying("negative"),
  });

  for (const interval of ["day", "week", "month"] as const) {
    const { points } = await series(own.database, org, { ...question, interval }, NOW);
    const labels = new Set(points.map((point) => point.label));
    expect(labels.size).toBe(points.length);
    for (const call of calls) expect(labels).toContain(labelOf(call.started_at, interval, name));
    for (const { label, start, ...counts } of points) {
      const mine = calls.filter((call) => labelOf(call.started_at, interval, name) === label);
      expect({ label, ...counts }).toEqual({ label, ...countsOf(mine) });
      expect(labelOf(Date.parse(start), interval, name)).toBe(label);
    }
  }

  for (const interval of ["slot", "hour"] as const) {
    const { points } = await series(own.database, org, { ...question, interval }, NOW);
    for (const [index, { start, ...counts }] of points.entries()) {
      const end = Date.parse(points[index + 1]?.start ?? "2027-01-01T00:00:00Z");
      const mine = calls.filter((call) => Date.parse(start) <= call.started_at && call.started_at < end);
      expect(counts).toEqual(countsOf(mine));
    }
  }

  const board = await callers(own.database, org, { ...question, sort: "-talk_s" }, NOW);
  expect(board.callers.map((line) => line.caller_id).sort()).toEqual(
    [...new Set(calls.map((call) => call.caller))].sort(),
  );
  for (const line of board.callers) {
    const mine = calls.filter((call) => call.caller === line.caller_id);
    expect(line).toMatchObject(countsOf(mine));
    expectQualities({ ...line }, mine);
  }

  const heat = await week(own.database, org, question, NOW);
  for (const { hour, n, connected } of heat.hours) {
    const mine = calls.filter((call) => {
      const { dayOfWeek, hour: clock } = local(call.started_at, name);
      return (dayOfWeek % 7) * 24 + clock === hour;
    });
    const counts = countsOf(mine);
    expect({ hour, n, connected }).toEqual({ hour, n: counts.n, connected: counts.connected });
  }

  const said = await keywords(own.database, org, question, NOW);
  for (const { keyword, n, positive } of said.keywords) {
    const mine = calls.filter((call) => call.keywords?.includes(`"${keyword}"`));
    expect([n, positive]).toEqual([mine.length, mine.filter((call) => call.sentiment === "positive").length]);
  }

  const id = question.caller ?? "u_01";
  const drill = await caller(own.database, org, { ...question, caller: id }, NOW);
  const mine = calls.filter((call) => call.caller === id);
  expect(drill.summary).toMatchObject(countsOf(mine));
  expect(drill.series.points.reduce((sum, point) => sum + point.n, 0)).toBe(mine.length);
  expect(drill.last.map((call) => call.call_id)).toEqual(
    mine
      .toSorted((x, y) => y.started_at - x.started_at || (x.call_id < y.call_id ? -1 : 1))
      .map((call) => call.call_id),
  );
}

/** The delivered stream, stored without HTTP. */
async function storeStream(org: string): Promise<void> {
  const file = join(import.meta.dirname, "../../tests/fixtures/calls/events.ndjson.gz");
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split("\n");
  const writer = new CallWriter(org, own.database);
  for (let at = 0; at < lines.length; at += 1000) {
    const body = new TextEncoder().encode(lines.slice(at, at + 1000).join("\n"));
    const { calls, rejected } = admit(eventsOfLines(body), org, NOW);
    expect(rejected).toEqual([]);
    await writer.store(calls);
  }
}

test("four months of 6,000 calls are answered from fewer than 1,200 rows, and without the calls", async () => {
  const org = await own.organisation();
  await storeStream(org);
  const truth = answers.find((one) => one.note === "the whole organisation, four months");
  if (truth === undefined || Array.isArray(truth.answer))
    throw new Error("the fixture has lost its question");
  const { from = "", to = "" } = truth.query;
  const question = { from: Date.parse(from), to: Date.parse(to) };
  const { n, connected, missed, declined, talk_s, sentiment } = truth.answer;
  const exact = { n, connected, missed, declined, talk_s, sentiment };

  const before = own.server.stats().rows_read;
  const first = await summary(own.database, org, question, NOW);
  expect(own.server.stats().rows_read - before).toBeLessThan(1200);
  expect(first).toMatchObject(exact);

  // The first of July begins inside a local day: all that lies in whole days may go.
  await own.run("DELETE FROM calls WHERE org = ?1 AND started_at >= ?2", [
    org,
    Date.parse("2026-07-01T18:30:00Z"),
  ]);
  expect(await summary(own.database, org, question, NOW)).toEqual(first);
  expectNear(first.p90, 514);
});

function expectNear(given: number | null, wanted: number): void {
  expect(Math.abs((given ?? Number.NaN) - wanted)).toBeLessThanOrEqual(wanted * 0.01);
}

test("what only removed calls could answer is refused, not answered wrongly", async () => {
  const org = await own.organisation();
  const started_at = Date.parse("2026-10-30T10:07:00Z");
  const call = { ...SAMPLE, started_at };
  await new CallWriter(org, own.database).store([call]);
  await own.run("UPDATE org_head SET calls_since = ?2 WHERE org = ?1", [
    org,
    Date.parse("2026-10-31T00:00:00Z"),
  ]);
  await own.run("DELETE FROM calls WHERE org = ?1", [org]);
  const days = { from: Date.parse("2026-10-29T18:30:00Z"), to: Date.parse("2026-10-30T18:30:00Z") };
  expect(await summary(own.database, org, days, NOW)).toMatchObject({ n: 1 });
  const slots = { from: Date.parse("2026-10-30T10:00:00Z"), to: Date.parse("2026-10-30T10:30:00Z") };
  expect(await summary(own.database, org, slots, NOW)).toMatchObject({ n: 1, p50: 60 });
  const inside = { from: Date.parse("2026-10-30T10:05:00Z"), to: Date.parse("2026-10-30T10:30:00Z") };
  await expect(summary(own.database, org, inside, NOW)).rejects.toMatchObject({
    details: { status: 422, type: "https://callers360.com/problems/calls-not-kept" },
  });
  await expect(keywords(own.database, org, days, NOW)).rejects.toMatchObject({ details: { status: 422 } });
});

const SAMPLE: Call = {
  call_id: "call_1",
  revision: 1,
  team: "t_01",
  caller: "u_01",
  customer_ref: null,
  direction: "inbound",
  status: "connected",
  started_at: 0,
  duration_s: 60,
  clarity: null,
  proficiency: null,
  volume: null,
  sentiment: null,
  keywords: null,
};
