import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arbitraryCall, CALLERS, TEAMS, truthOf } from "../calls/fixtures/arbitrary-calls.ts";
import { type OwnDatabase, ownDatabase } from "../calls/fixtures/organisation.ts";
import { CallWriter } from "../calls/store-calls.ts";
import type { BusinessHours } from "./business-hours.ts";
import { caller } from "./caller.ts";
import { callers } from "./callers.ts";
import { Duck } from "./fixtures/duck.ts";
import { keywords } from "./keywords.ts";
import { writeBusinessHours } from "./queries.ts";
import type { Question } from "./question.ts";
import { series } from "./series.ts";
import { summary } from "./summary.ts";
import { week } from "./week.ts";
import { zoneNamed } from "./zone.ts";

let own: OwnDatabase;
let duck: Duck;
beforeAll(async () => {
  own = await ownDatabase();
  duck = await Duck.open();
});
afterAll(() => own.close());

const NOW = Date.parse("2026-11-24T12:00:00Z");
const HOUR = 3_600_000;
/** Eight weeks with the end of summer time in both hemispheres' zones, so that whole weeks come from weeks. */
const FROM = Date.parse("2026-09-20T00:00:00Z");
const TO = Date.parse("2026-11-15T00:00:00Z");
const ZONES = ["Asia/Kolkata", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Europe/London"];

function zone(name: string) {
  const found = zoneNamed(name);
  if (found === null) throw new Error(`no zone ${name}`);
  return found;
}

/** Any instant, the edge of a slot, or a local midnight. */
const instant = fc.oneof(
  fc.integer({ min: FROM - 30 * HOUR, max: TO + 30 * HOUR }),
  fc.integer({ min: (FROM / HOUR) * 2, max: (TO / HOUR) * 2 }).map((half) => (half * HOUR) / 2),
  fc
    .tuple(fc.integer({ min: FROM, max: TO }), fc.constantFrom(...ZONES))
    .map(([at, name]) => zone(name).startOfDay(zone(name).localDay(at))),
);

const clock = fc.integer({ min: 0, max: 48 }).map((half) => half * 30);
const openings = fc.array(
  fc.record({
    weekday: fc.integer({ min: 0, max: 6 }),
    a: clock,
    b: clock,
    minutes: fc.constantFrom(0, 0, 17),
  }),
  { minLength: 3, maxLength: 9 },
);

const text = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** One interval a weekday, so that none overlap. */
const businessHours: fc.Arbitrary<BusinessHours> = openings.map((list) => ({
  weekly: [
    ...new Map(
      list
        .filter(({ a, b }) => a !== b)
        .map(({ weekday, a, b, minutes }) => {
          const [opens, closes] = [Math.min(a, b), Math.max(a, b)];
          return [
            weekday,
            { weekday, opens: text(Math.min(opens + minutes, closes - 1)), closes: text(closes) },
          ];
        }),
    ).values(),
  ],
  holidays: ["2026-10-02", "2026-11-01"],
}));

/** The open times in SQL, by Temporal: a wall time that comes twice is the first, one left out goes on. */
function openSql({ weekly, holidays }: BusinessHours, name: string): string {
  const times: string[] = [];
  for (
    let date = Temporal.PlainDate.from("2026-09-15");
    date.toString() < "2026-11-20";
    date = date.add({ days: 1 })
  ) {
    if (holidays.includes(date.toString())) continue;
    for (const { weekday, opens, closes } of weekly) {
      if (weekday !== date.dayOfWeek % 7) continue;
      const at = (clockTime: string) => {
        const wall = clockTime === "24:00" ? date.add({ days: 1 }).toString() : `${date}T${clockTime}`;
        return Temporal.PlainDateTime.from(wall).toZonedDateTime(name).epochMilliseconds;
      };
      times.push(`started_at >= ${at(opens)} AND started_at < ${at(closes)}`);
    }
  }
  return times.length === 0 ? "false" : times.join(" OR ");
}

type Row = Readonly<Record<string, unknown>>;

function expectRows(given: readonly object[], wanted: readonly Row[]): void {
  expect(given).toHaveLength(wanted.length);
  for (const [index, row] of wanted.entries()) {
    const ours: Row = { ...given[index] };
    for (const [name, value] of Object.entries(row)) {
      if (typeof value !== "number" || ours[name] === null) expect([name, ours[name]]).toEqual([name, value]);
      else if (/^p\d\d$/.test(name)) {
        expect(Math.abs(Number(ours[name]) - value)).toBeLessThanOrEqual(value * 0.01);
      } else expect(ours[name]).toBeCloseTo(value, 9);
    }
  }
}

const busy = (row: { n: number }) => row.n > 0;

test("every question equals DuckDB's answer: any range, zone, team, caller, business hours, history", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ZONES),
      businessHours,
      fc.array(fc.array(arbitraryCall(FROM, TO, 300), { minLength: 100, maxLength: 200 }), {
        minLength: 1,
        maxLength: 2,
      }),
      fc.array(
        fc.record({
          a: instant,
          b: instant,
          team: fc.option(fc.constantFrom(...TEAMS), { nil: undefined }),
          caller: fc.option(fc.constantFrom(...CALLERS), { nil: undefined, freq: 2 }),
          tz: fc.option(fc.constantFrom(...ZONES), { nil: undefined, freq: 2 }),
          hours: fc.option(fc.constant("business" as const), { nil: undefined, freq: 2 }),
        }),
        { minLength: 6, maxLength: 6 },
      ),
      async (home, open, batches, questions) => {
        const org = await own.organisation(home);
        await own.database.write([writeBusinessHours(org, JSON.stringify(open))]);
        const writer = new CallWriter(org, own.database);
        for (const batch of batches) await writer.store(batch);
        await duck.clear();
        await duck.add(truthOf(batches.flat()));
        for (const { a, b, tz, ...filter } of questions) {
          const question: Question = {
            ...filter,
            from: Math.min(a, b),
            to: Math.max(a, b) + (a === b ? 1 : 0),
            tz: tz === undefined ? undefined : zone(tz),
          };
          const condition = filter.hours === undefined ? undefined : openSql(open, home);
          await expectAnswers(org, question, { ...question, zone: tz ?? home, condition });
        }
      },
    ),
    { numRuns: 4 },
  );
}, 60_000);

async function expectAnswers(org: string, question: Question, theirs: Parameters<Duck["summary"]>[0]) {
  const { sentiment, ...numbers } = await summary(own.database, org, question, NOW);
  expectRows([{ ...numbers, ...sentiment }], [await duck.summary(theirs)]);
  for (const interval of ["day", "week", "month"] as const) {
    const { points } = await series(own.database, org, { ...question, interval }, NOW);
    const filled = points.filter(busy).map(({ label, ...counts }) => ({ bucket: label, ...counts }));
    expectRows(filled, await duck.series(theirs, interval));
  }
  const board = await callers(own.database, org, { ...question, sort: "-talk_s" }, NOW);
  expectRows(board.callers, await duck.callers(theirs));
  expectRows((await week(own.database, org, question, NOW)).hours.filter(busy), await duck.week(theirs));
  expectRows((await keywords(own.database, org, question, NOW)).keywords, await duck.keywords(theirs));
  const id = question.caller ?? "u_02";
  const drill = await caller(own.database, org, { ...question, caller: id }, NOW);
  expectRows(
    [drill.summary],
    [await duck.summary({ ...theirs, caller: id })].map(({ n, p50, talk_s }) => ({ n, p50, talk_s })),
  );
  expect(drill.last.map((call) => call.call_id)).toEqual(await duck.newest({ ...theirs, caller: id }, 50));
}
