import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callAt, callsBefore, randomFrom } from "../../bench/calls.ts";
import { type OwnDatabase, ownDatabase } from "../calls/fixtures/organisation.ts";
import { runNextChunk } from "../calls/jobs.ts";
import { CallWriter } from "../calls/store-calls.ts";
import { caller } from "./caller.ts";
import { callers } from "./callers.ts";
import { keywords } from "./keywords.ts";
import { writeBusinessHours } from "./queries.ts";
import type { Question } from "./question.ts";
import { series } from "./series.ts";
import { summary } from "./summary.ts";
import { week } from "./week.ts";
import { zoneNamed } from "./zone.ts";

let own: OwnDatabase;
/** Two years, 40,000 calls of 200 callers in 10 teams. */
let large: string;
/** Midnight in India. */
const END = Date.parse("2026-11-20T18:30:00Z");
const NOW = END + 3_600_000;
const DAY = 86_400_000;
const BUSINESS = JSON.stringify({
  weekly: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, opens: "09:30", closes: "18:00" })),
  holidays: ["2026-10-02"],
});

beforeAll(async () => {
  own = await ownDatabase();
  large = await own.organisation();
  await own.database.write([writeBusinessHours(large, BUSINESS)]);
  const writer = new CallWriter(large, own.database);
  for (const calls of callsBefore(END, 40_000, 5000)) await writer.store(calls);
}, 120_000);
afterAll(() => own.close());

async function rowsRead(work: () => Promise<unknown>): Promise<number> {
  // The first time only tells the organisation's zone and hours.
  await work();
  const before = own.server.stats().rows_read;
  await work();
  return own.server.stats().rows_read - before;
}

const last = (days: number): Question => ({ from: END - days * DAY, to: END });
const UTC = zoneNamed("UTC") ?? undefined;

/**
 * The database counts an upper bound, at most about twice what is read. From raw calls the year would
 * be 20,000 rows, and a leaderboard from days 18,000.
 */
test.each([
  ["today of a team", 20, () => summary(own.database, large, { ...last(1), team: "t_03" }, NOW)],
  ["30 days", 120, () => series(own.database, large, { ...last(30), interval: "day" }, NOW)],
  ["a caller's 90 days", 1200, () => caller(own.database, large, { ...last(90), caller: "u_042" }, NOW)],
  ["12 months", 900, () => summary(own.database, large, last(365), NOW)],
  [
    "12 months against the year before",
    1700,
    () => summary(own.database, large, { ...last(365), compare: "previous_year" }, NOW),
  ],
  ["hour of week, 12 months", 900, () => week(own.database, large, last(365), NOW)],
  ["leaderboard, 90 days", 3500, () => callers(own.database, large, { ...last(90), sort: "-talk_s" }, NOW)],
  [
    "12 months in business hours",
    13_000,
    () => summary(own.database, large, { ...last(365), hours: "business" }, NOW),
  ],
  [
    "a month in another zone's days",
    700,
    () => series(own.database, large, { ...last(30), tz: UTC, interval: "day" }, NOW),
  ],
  ["keywords of a week", 40, () => keywords(own.database, large, last(7), NOW)],
  ["keywords of 12 months", 900, () => keywords(own.database, large, last(365), NOW)],
  [
    "keywords of 90 days of a team in business hours",
    3500,
    () => keywords(own.database, large, { ...last(90), team: "t_03", hours: "business" }, NOW),
  ],
] as const)("rows read: %s, at most %d", async (_, most, work) => {
  const rows = await rowsRead(work);
  expect(rows).toBeGreaterThan(0);
  expect(rows).toBeLessThanOrEqual(most);
});

const range = fc
  .tuple(fc.integer({ min: 0, max: 200 * 48 }), fc.integer({ min: 1, max: 60 * 48 }), fc.nat(999))
  .map(([back, length, odd]) => ({
    from: END - back * (DAY / 48) - odd,
    to: END - back * (DAY / 48) + length * (DAY / 48),
  }));

const filter = fc.record({
  team: fc.option(fc.constantFrom("t_00", "t_03"), { nil: undefined }),
  hours: fc.option(fc.constant("business" as const), { nil: undefined }),
});

const sum = (list: readonly { n: number; talk_s: number }[]) => ({
  n: list.reduce((all, one) => all + one.n, 0),
  talk_s: list.reduce((all, one) => all + one.talk_s, 0),
});

test("parts add up: days to weeks and months, callers to teams, teams to the organisation, whatever the filter", async () => {
  await fc.assert(
    fc.asyncProperty(range, filter, async (bounds, filters) => {
      const question: Question = { ...bounds, ...filters };
      const whole = await summary(own.database, large, question, NOW);
      const { n, talk_s } = whole;
      for (const interval of ["hour", "day", "week", "month"] as const) {
        const { points } = await series(own.database, large, { ...question, interval }, NOW);
        expect(sum(points)).toEqual({ n, talk_s });
      }
      const board = await callers(own.database, large, { ...question, sort: "n" }, NOW);
      expect(sum(board.callers)).toEqual({ n, talk_s });
      const { hours } = await week(own.database, large, question, NOW);
      expect(hours.reduce((all, hour) => all + hour.n, 0)).toBe(n);
      if (filters.team === undefined) {
        const teams = Array.from({ length: 10 }, (_, team) => `t_0${team}`);
        const parts = await Promise.all(
          teams.map((team) => summary(own.database, large, { ...question, team }, NOW)),
        );
        expect(sum(parts)).toEqual({ n, talk_s });
      }
    }),
    { numRuns: 6 },
  );
}, 60_000);

/** The statement of a migration that opens the job which fills what is new. */
function opensJob(migration: string): string {
  const sql = readFileSync(join(import.meta.dirname, `../../db/migrations/${migration}.sql`), "utf8");
  return sql.slice(sql.indexOf("INSERT INTO call_job"));
}

test.each([
  ["r_week", "0035_fill_weeks", "weeks_since", ["DELETE FROM r_week WHERE org = ?1"]],
  [
    "keywords",
    "0103_keywords",
    "keywords_since",
    [
      "UPDATE r_slot SET keywords = NULL WHERE org = ?1",
      "UPDATE r_team_day SET keywords = NULL WHERE org = ?1",
    ],
  ],
])(
  "an organisation from before %s is filled by its job, with new calls in between, and answers the same meanwhile",
  async (_, migration, boundary, emptied) => {
    const org = await own.organisation("America/New_York");
    const writer = new CallWriter(org, own.database);
    const random = randomFrom(5);
    const call = (index: number) => callAt(END - (index % 150) * DAY - index, `c_${index}`, random);
    const stored = Array.from({ length: 900 }, (_, index) => call(index));
    await writer.store(stored);
    // As after the migrations of a database that had calls.
    for (const sql of emptied) await own.run(sql, [org]);
    await own.run(`UPDATE org_head SET ${boundary} = 8640000000000000 WHERE org = ?1`, [org]);
    const others = await own.run("SELECT job FROM call_job");
    await own.run(opensJob(migration).replace("WHERE", `WHERE org = '${org}' AND`));
    expect(await own.run("SELECT job FROM call_job")).toHaveLength(others.length + 1);

    const question = { from: END - 140 * DAY, to: END, sort: "-talk_s" as const };
    const ask = async () => [
      (await callers(own.database, org, question, NOW)).callers,
      (await week(own.database, org, question, NOW)).hours,
      (await keywords(own.database, org, question, NOW)).keywords,
    ];
    let more = 900;
    for (;;) {
      const before = await ask();
      // A second writer that knows nothing of the first's memory.
      if (!(await runNextChunk(own.database, org, NOW, 200))) break;
      expect(await ask()).toEqual(before);
      const late = [call(more), call(more + 75)];
      await writer.store(late);
      stored.push(...late);
      more += 151;
    }
    expect(more).toBeGreaterThan(900 + 151);
    const filled = await own.dump(org);
    const fresh = await own.organisation("America/New_York");
    await new CallWriter(fresh, own.database).store(stored);
    expect(filled).toBe(await own.dump(fresh));
  },
);
