import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, DatabaseUnavailable } from "../../db/client.ts";
import { callers } from "../metrics/callers.ts";
import { keywords } from "../metrics/keywords.ts";
import { summary } from "../metrics/summary.ts";
import { type Zone, zoneNamed } from "../metrics/zone.ts";
import type { Call } from "./call.ts";
import { arbitraryCall } from "./fixtures/arbitrary-calls.ts";
import { type OwnDatabase, ownDatabase } from "./fixtures/organisation.ts";
import { runNextChunk } from "./jobs.ts";
import { startZoneChange } from "./rebuild-zone.ts";
import { resetRevision } from "./reset-revision.ts";
import { startRetention } from "./retention.ts";
import { type Checked, selfCheck } from "./self-check.ts";
import { startErasure } from "./start-erasure.ts";
import { CallWriter } from "./store-calls.ts";

let own: OwnDatabase;
beforeAll(async () => {
  own = await ownDatabase();
});
afterAll(() => own.close());

const DAY = 86_400_000;
/** The writer judges by the real clock what is too old; a whole quarter of an hour for the generator. */
const NOW = Math.floor(Date.now() / 900_000) * 900_000;
const ACTOR = "key:key_admin";
/** Many chunks out of few calls. */
const CHUNK = 40;

function zone(name: string): Zone {
  const found = zoneNamed(name);
  if (found === null) throw new Error(`no zone ${name}`);
  return found;
}

/** The same calls in each run, from `days` days ago until now. */
function someCalls(count: number, days: number, seed = 7): Call[] {
  const found = fc.sample(arbitraryCall(NOW - days * DAY, NOW - DAY), { numRuns: count, seed });
  return found.map((call, index) => ({
    ...call,
    call_id: `call_${index}`,
    revision: 1,
    customer_ref: index % 5 === 0 ? "cust_1" : `cust_${index}`,
  }));
}

async function organisationOf(calls: readonly Call[], zoneName?: string): Promise<string> {
  const org = await own.organisation(zoneName);
  await new CallWriter(org, own.database).store(calls);
  return org;
}

class Killed extends Error {
  override readonly name = "Killed";
}

/** A database whose every write is the last thing that a process does: before it arrives, then after it committed. */
function deadly(): Database & { deaths(): number } {
  let writes = 0;
  return {
    read: (statements) => own.database.read(statements),
    write: async (statements) => {
      writes += 1;
      if (writes % 3 === 1) throw new Killed("before");
      const results = await own.database.write(statements);
      if (writes % 3 === 2) throw new Killed("after");
      return results;
    },
    deaths: () => writes - Math.floor(writes / 3),
  };
}

/** Runs all jobs to their end, each chunk by a process that may be killed; `between` happens after each. */
async function finish(
  org: string,
  between: () => Promise<void> = async () => {},
  chunk = CHUNK,
): Promise<number> {
  const database = deadly();
  for (let more = true; more; ) {
    try {
      more = await runNextChunk(database, org, NOW, chunk);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    await between();
  }
  return database.deaths();
}

async function rowsOf(org: string, ...tables: string[]): Promise<string> {
  const dump = await own.dump(org);
  return dump
    .split("\n\n")
    .filter((part) => tables.length === 0 || tables.includes(part.split("\n")[0] ?? ""))
    .join("\n\n");
}

const columns = (org: string, names: string) =>
  own.run(`SELECT ${names} FROM org_head WHERE org = ?1`, [org]);

test("retention: old calls go, their numbers stay, and none of them comes back", async () => {
  const calls = someCalls(300, 700);
  const org = await organisationOf(calls);
  const all = { from: NOW - 720 * DAY, to: NOW };
  const whole = (at: number) => zone("Asia/Kolkata").startOfDay(zone("Asia/Kolkata").localDay(at));
  const range = { from: whole(all.from), to: whole(all.to) };
  const before = await summary(own.database, org, range, NOW);
  const rollups = await rowsOf(org, "r_slot", "r_team_day");
  await own.run("UPDATE org_head SET call_months = 6, caller_months = 12 WHERE org = ?1", [org]);

  expect(await startRetention(own.database, org, NOW)).toMatch(/^job_/);
  expect(await finish(org)).toBeGreaterThan(6);
  expect(await startRetention(own.database, org, NOW)).toBeNull();

  const [head] = await columns(org, "calls_since, callers_since");
  const since = Number(head?.calls_since);
  const callersSince = Number(head?.callers_since);
  // Six and twelve months ago, to the day and to the week.
  const monthsAgo = (months: number) => new Date(NOW).setUTCMonth(new Date(NOW).getUTCMonth() - months);
  expect(monthsAgo(6) - since).toBeLessThan(DAY);
  expect(monthsAgo(12) - callersSince).toBeLessThan(7 * DAY);
  expect(new Date(callersSince + 5.5 * 3_600_000).getUTCDay()).toBe(1);

  const kept = calls.filter((call) => call.started_at >= since);
  expect(kept.length).toBeLessThan(200);
  expect(await own.run("SELECT count(*) AS n FROM calls WHERE org = ?1", [org])).toEqual([
    { n: kept.length },
  ]);
  // The numbers stay; what was said is the customers' own and goes with the calls.
  const wordless = calls.map((call) => (call.started_at < since ? { ...call, keywords: null } : call));
  const fresh = await organisationOf(wordless);
  expect(await rowsOf(org, "r_slot", "r_team_day")).not.toBe(rollups);
  expect(await rowsOf(org, "r_slot", "r_team_day")).toBe(await rowsOf(fresh, "r_slot", "r_team_day"));
  expect(await summary(own.database, org, range, NOW)).toEqual({
    ...before,
    as_of: expect.any(String),
    seq: expect.any(Number),
  });
  const [{ oldest } = { oldest: 0 }] = await own.run("SELECT min(day) AS oldest FROM r_day WHERE org = ?1", [
    org,
  ]);
  expect(Number(oldest)).toBeGreaterThanOrEqual(zone("Asia/Kolkata").localDay(callersSince));

  // By caller: exact from the boundary on, refused before it.
  const mine = { from: callersSince, to: range.to };
  const lines = (await callers(own.database, org, { ...mine, sort: "caller_id" }, NOW)).callers;
  for (const line of lines) {
    const theirs = calls.filter(
      (call) => call.caller === line.caller_id && call.started_at >= mine.from && call.started_at < mine.to,
    );
    expect(line.n).toBe(theirs.length);
  }
  for (const question of [
    () => callers(own.database, org, { ...range, sort: "caller_id" }, NOW),
    () => summary(own.database, org, { ...range, caller: "u_01" }, NOW),
  ]) {
    await expect(question()).rejects.toMatchObject({ details: { status: 422, type: /callers-not-kept$/ } });
  }

  // A correction of a dropped call that claims to be from today.
  const dropped = calls.find((call) => call.started_at < since);
  if (dropped === undefined) throw new Error("nothing was dropped");
  const late = { ...dropped, revision: 9, started_at: NOW - DAY };
  const stored = await new CallWriter(org, own.database).store([
    late,
    { ...late, call_id: "new", started_at: since - 1 },
  ]);
  expect(stored).toMatchObject({ verdicts: ["gone", "too-old"], changes: [] });
  expect(await columns(org, "late_refused")).toEqual([{ late_refused: 2 }]);
  expect(await rowsOf(org, "r_slot")).toBe(await rowsOf(fresh, "r_slot"));
});

test("before anything was dropped a caller may be asked about from the year 1 on", async () => {
  const org = await organisationOf(someCalls(20, 30));
  const range = { from: Date.parse("0001-01-01T00:00:00Z"), to: NOW };
  const { n } = await summary(own.database, org, { ...range, caller: "u_01" }, NOW);
  expect(
    (await callers(own.database, org, { ...range, caller: "u_01", sort: "n" }, NOW)).callers,
  ).toMatchObject([{ n }]);
});

test("a correction of a call whose caller's day is gone changes the team's numbers alone", async () => {
  const calls = someCalls(60, 700);
  const org = await organisationOf(calls);
  await own.run("UPDATE org_head SET caller_months = 2 WHERE org = ?1", [org]);
  await startRetention(own.database, org, NOW);
  await finish(org);
  const [head] = await columns(org, "callers_since");
  const old = calls.filter((call) => call.started_at < Number(head?.callers_since));
  const corrected = old.map((call) => ({ ...call, revision: 2, status: "missed" as const }));
  await new CallWriter(org, own.database).store(corrected);
  const fresh = await organisationOf([...calls, ...corrected]);
  expect(await rowsOf(org, "calls", "r_slot", "r_team_day")).toBe(
    await rowsOf(fresh, "calls", "r_slot", "r_team_day"),
  );
});

test("erasing a customer takes who it was and what was said, and no number", async () => {
  const calls = someCalls(900, 60);
  const org = await organisationOf(calls);
  await startErasure(own.database, org, { kind: "customer", ref: "cust_1" }, ACTOR, NOW);
  const writer = new CallWriter(org, own.database);
  let late = 0;
  await finish(org, async () => {
    // While the job runs: calls of the customer, and corrections of theirs, from a source that knows of nothing.
    late += 1;
    const [first] = calls;
    if (first === undefined || late > 3) return;
    await writer.store([
      { ...first, revision: late + 1 },
      { ...first, call_id: `a_late_${late}`, customer_ref: "cust_1", keywords: '["price"]' },
    ]);
  });
  expect(
    await own.run("SELECT count(*) AS n FROM calls WHERE org = ?1 AND customer_ref = 'cust_1'", [org]),
  ).toEqual([{ n: 0 }]);
  const expected = calls.filter((call) => call.customer_ref !== "cust_1");
  const words = await keywords(own.database, org, { from: NOW - 70 * DAY, to: NOW }, NOW);
  const counted = new Map<string, number>();
  for (const call of expected) {
    const said: string[] = JSON.parse(call.keywords ?? "[]");
    for (const word of said) counted.set(word, (counted.get(word) ?? 0) + 1);
  }
  expect(Object.fromEntries(words.keywords.map(({ keyword, n }) => [keyword, n]))).toEqual(
    Object.fromEntries(counted),
  );
  // Every number is that of an organisation that was sent the same, without words, and never asked to erase.
  const [first] = calls;
  if (first === undefined) throw new Error("no calls");
  const sent = [1, 2, 3].flatMap((n) => [
    { ...first, revision: n + 1 },
    { ...first, call_id: `a_late_${n}` },
  ]);
  const rollups = ["r_slot", "r_team_day", "r_day", "r_week"];
  const wordless = [...calls, ...sent].map((call) =>
    call.customer_ref === "cust_1" ? { ...call, keywords: null } : call,
  );
  const fresh = await organisationOf(wordless);
  expect(await rowsOf(org, ...rollups)).toBe(await rowsOf(fresh, ...rollups));
  expect(await own.run("SELECT ref, state FROM call_job WHERE org = ?1 ORDER BY created_at", [org])).toEqual([
    { ref: null, state: "done" },
  ]);
  // A correction that no longer says whose call it was still brings back no word of it.
  await writer.store([{ ...first, revision: 9, customer_ref: null, keywords: '["secret"]' }]);
  expect(
    await own.run("SELECT rev, keywords FROM calls WHERE org = ?1 AND call_id = ?2", [org, first.call_id]),
  ).toEqual([{ rev: 9, keywords: null }]);
  // A customer who comes again after the erasure is a customer.
  await writer.store([
    { ...(calls[0] as Call), call_id: "again", customer_ref: "cust_1", started_at: NOW + 1000 },
  ]);
  expect(await own.run("SELECT customer_ref FROM calls WHERE org = ?1 AND call_id = 'again'", [org])).toEqual(
    [{ customer_ref: "cust_1" }],
  );
});

test.each(["anonymise", "remove"] as const)(
  "erasing a caller, %s: killed at every write, the tables are those of the rest",
  async (mode) => {
    const calls = someCalls(400, 90);
    const org = await organisationOf(calls);
    await startErasure(own.database, org, { kind: "caller", ref: "u_02", mode }, ACTOR, NOW);
    const writer = new CallWriter(org, own.database);
    const theirs = calls.filter((call) => call.caller === "u_02");
    let late = 1;
    const deaths = await finish(org, async () => {
      late += 1;
      const event = theirs[late];
      if (event !== undefined && late < 8) await writer.store([{ ...event, revision: late, duration_s: 77 }]);
    });
    expect(deaths).toBeGreaterThan(3);
    const [alias] = await own.run("SELECT cursor FROM call_job WHERE org = ?1", [org]);
    const others = calls.filter((call) => call.caller !== "u_02");
    if (mode === "remove") {
      expect(await rowsOf(org)).toBe(await rowsOf(await organisationOf(others)));
      expect((await writer.store([{ ...(theirs[0] as Call), revision: 9 }])).verdicts).toEqual(["gone"]);
      expect((await writer.store([{ ...(theirs[0] as Call), call_id: "x" }])).verdicts).toEqual(["gone"]);
      expect(
        (await writer.store([{ ...(theirs[0] as Call), revision: 10, caller: "u_01" }])).verdicts,
      ).toEqual(["gone"]);
      return;
    }
    const corrected = theirs.map((call, index) => ({
      ...call,
      caller: String(alias?.cursor),
      ...(index >= 2 && index < 8 ? { revision: index, duration_s: 77 } : {}),
    }));
    expect(String(alias?.cursor)).toMatch(/^anon_[0-9a-f]{24}$/);
    expect(await rowsOf(org)).toBe(await rowsOf(await organisationOf([...others, ...corrected])));
    // A late call of before the erasure is the anonymous caller's, a later one the caller's own.
    await writer.store([
      { ...(theirs[0] as Call), call_id: "y" },
      { ...(theirs[0] as Call), call_id: "z", started_at: NOW + 1000 },
    ]);
    expect(
      await own.run("SELECT caller FROM calls WHERE org = ?1 AND call_id IN ('y', 'z') ORDER BY call_id", [
        org,
      ]),
    ).toEqual([{ caller: alias?.cursor }, { caller: "u_02" }]);
  },
);

test.each(["anonymise", "remove"] as const)(
  "a caller's days whose calls retention dropped, %s: nobody's any more, the team's as before",
  async (mode) => {
    const calls = someCalls(200, 400);
    const org = await organisationOf(calls);
    await own.run("UPDATE org_head SET call_months = 2, caller_months = 13 WHERE org = ?1", [org]);
    await startRetention(own.database, org, NOW);
    await finish(org);
    const [head] = await columns(org, "calls_since");
    await startErasure(own.database, org, { kind: "caller", ref: "u_03", mode }, ACTOR, NOW);
    await finish(org);
    const [job] = await own.run("SELECT cursor FROM call_job WHERE org = ?1 AND kind = 'erase-caller'", [
      org,
    ]);
    const alias = String(job?.cursor);
    const keeps = (call: Call) => call.caller !== "u_03";
    const renamed = calls.map((call) => (keeps(call) ? call : { ...call, caller: alias }));
    const dropped = (call: Call) => call.started_at < Number(head?.calls_since);
    const wanted = mode === "anonymise" ? renamed : calls.filter((call) => keeps(call) || dropped(call));
    // What was said went with the calls.
    const wordless = (call: Call) => (dropped(call) ? { ...call, keywords: null } : call);
    const fresh = await organisationOf(wanted.map(wordless));
    if (mode === "anonymise") {
      expect(await rowsOf(org, "r_slot", "r_team_day", "r_day", "r_week")).toBe(
        await rowsOf(fresh, "r_slot", "r_team_day", "r_day", "r_week"),
      );
      return;
    }
    expect(await rowsOf(org, "r_slot", "r_team_day")).toBe(await rowsOf(fresh, "r_slot", "r_team_day"));
    const others = await organisationOf(calls.filter(keeps));
    expect(await rowsOf(org, "r_day")).toBe(await rowsOf(others, "r_day"));
  },
);

test.each([
  ["Asia/Kolkata", "America/New_York"],
  ["America/New_York", "Asia/Kathmandu"],
  ["Pacific/Kiritimati", "Pacific/Pago_Pago"],
])(
  "from %s to %s: every question is right at every step, and the rollups are a new organisation's",
  async (before, after) => {
    const calls = someCalls(180, 40);
    const org = await organisationOf(calls, before);
    await startZoneChange(own.database, org, after, ACTOR, NOW);
    expect(await own.run("SELECT time_zone FROM organization WHERE id = ?1", [org])).toEqual([
      { time_zone: after },
    ]);
    const writer = new CallWriter(org, own.database);
    const truth = new Map(calls.map((call) => [call.call_id, call]));
    let step = 0;
    const deaths = await finish(org, async () => {
      step += 1;
      const call = calls[(step * 37) % calls.length];
      if (call !== undefined && step < 30) {
        const corrected = {
          ...call,
          revision: step + 1,
          duration_s: step,
          started_at: call.started_at - DAY,
        };
        await writer.store([corrected]);
        truth.set(call.call_id, corrected);
      }
      const day = zone(after).localDay(NOW - ((step * 7) % 40) * DAY);
      const range = { from: zone(after).startOfDay(day), to: zone(after).startOfDay(day + 5) };
      const inside = [...truth.values()].filter(
        (one) => one.started_at >= range.from && one.started_at < range.to,
      );
      expect((await summary(own.database, org, range, NOW)).n).toBe(inside.length);
      const mine = inside.filter((one) => one.caller === "u_01").length;
      expect((await summary(own.database, org, { ...range, caller: "u_01" }, NOW)).n).toBe(mine);
    });
    expect(deaths).toBeGreaterThan(8);
    expect(await columns(org, "zone, days_since, weeks_since")).toEqual([
      { zone: after, days_since: 0, weeks_since: 0 },
    ]);
    expect(await rowsOf(org)).toBe(await rowsOf(await organisationOf([...truth.values()], after)));
  },
);

test("a day and a week with more calls than a chunk are divided, and what is written meanwhile counts once", async () => {
  const noon = NOW - 9 * DAY;
  const calls = someCalls(60, 40).map((call, index) => ({ ...call, started_at: noon + index * 60_000 }));
  const org = await organisationOf(calls, "Asia/Kolkata");
  await startZoneChange(own.database, org, "America/New_York", ACTOR, NOW);
  const writer = new CallWriter(org, own.database);
  const truth = new Map(calls.map((call) => [call.call_id, call]));
  let cut = Number.POSITIVE_INFINITY;
  let inside = 0;
  await finish(
    org,
    async () => {
      const [head] = await columns(org, "days_cut, weeks_cut");
      const at = Number(head?.weeks_cut ?? head?.days_cut ?? cut);
      if (at !== cut && at < noon + 60 * 60_000) {
        cut = at;
        inside += 1;
        // On both sides of where the chunk ended.
        for (const started_at of [at - 1, at, at + 90_000]) {
          const late = someCalls(1, 40, inside).map((call) => ({
            ...call,
            call_id: `late_${inside}_${started_at}`,
            started_at,
          }));
          await writer.store(late);
          for (const call of late) truth.set(call.call_id, call);
        }
      }
      const range = { from: NOW - 20 * DAY, to: NOW };
      expect((await summary(own.database, org, range, NOW)).n).toBe(truth.size);
    },
    9,
  );
  expect(inside).toBeGreaterThan(8);
  expect(await rowsOf(org)).toBe(await rowsOf(await organisationOf([...truth.values()], "America/New_York")));
});

test("a change of zone after calls were dropped: slots answer for teams, callers are refused, nothing is wrong", async () => {
  const calls = someCalls(300, 300);
  const org = await organisationOf(calls);
  await own.run("UPDATE org_head SET call_months = 3 WHERE org = ?1", [org]);
  await startRetention(own.database, org, NOW);
  await finish(org);
  const target = zone("Europe/Berlin");
  await startZoneChange(own.database, org, target.name, ACTOR, NOW);
  await finish(org);
  const [head] = await columns(org, "calls_since, days_since");
  expect(Number(head?.days_since)).toBeGreaterThanOrEqual(Number(head?.calls_since));
  expect(Number(head?.days_since) - Number(head?.calls_since)).toBeLessThan(DAY);
  const range = {
    from: target.startOfDay(target.localDay(NOW - 310 * DAY)),
    to: target.startOfDay(target.localDay(NOW)),
  };
  const inside = calls.filter((call) => call.started_at >= range.from && call.started_at < range.to);
  expect((await summary(own.database, org, range, NOW)).n).toBe(inside.length);
  await expect(summary(own.database, org, { ...range, caller: "u_01" }, NOW)).rejects.toMatchObject({
    details: { status: 422 },
  });
  const recent = { from: Number(head?.days_since), to: range.to, caller: "u_01" };
  const mine = calls.filter(
    (call) => call.caller === "u_01" && call.started_at >= recent.from && call.started_at < recent.to,
  );
  expect((await summary(own.database, org, recent, NOW)).n).toBe(mine.length);
});

test("a chunk whose answer is lost goes out again and is counted once", async () => {
  const calls = someCalls(120, 30);
  const org = await organisationOf(calls);
  await startErasure(own.database, org, { kind: "caller", ref: "u_01", mode: "remove" }, ACTOR, NOW);
  let writes = 0;
  const flaky: Database = {
    read: (statements) => own.database.read(statements),
    write: async (statements) => {
      writes += 1;
      const results = await own.database.write(statements);
      if (writes % 2 === 1) throw new DatabaseUnavailable("the line is cut");
      return results;
    },
  };
  while (await runNextChunk(flaky, org, NOW, 10));
  expect(await rowsOf(org)).toBe(
    await rowsOf(await organisationOf(calls.filter((call) => call.caller !== "u_01"))),
  );
});

test("the self-check finds nothing on a true day, and every kind of wrong row", async () => {
  const calls = someCalls(200, 5);
  const org = await organisationOf(calls, "Asia/Kathmandu");
  const check = (): Promise<Checked | null> => selfCheck(own.database, org, 0.5, NOW);
  expect((await check())?.differences).toEqual([]);
  const { day } = (await check()) ?? { day: "" };
  const number = Date.parse(day) / DAY;
  const cases: [string, string, object][] = [
    [
      "UPDATE r_team_day SET talk_s = talk_s + 1 WHERE org = ?1 AND team = '*' AND day = ?2",
      "UPDATE r_team_day SET talk_s = talk_s - 1 WHERE org = ?1 AND team = '*' AND day = ?2",
      { rollup: "r_team_day", rows: 1, sums: ["talk_s"] },
    ],
    [
      "UPDATE r_team_day SET keywords = 'Fghost' || 'BAAA' || coalesce(keywords, '') WHERE org = ?1 AND team = '*' AND day = ?2",
      "UPDATE r_team_day SET keywords = nullif(substr(keywords, 11), '') WHERE org = ?1 AND team = '*' AND day = ?2",
      { rollup: "r_team_day", rows: 1, sums: ["keywords"] },
    ],
    [
      "UPDATE r_day SET hist = x'010101' WHERE org = ?1 AND day = ?2",
      "",
      { rollup: "r_day", sums: ["hist"] },
    ],
  ];
  for (const [breaks, mends, found] of cases) {
    await own.run(breaks, [org, number]);
    expect((await check())?.differences).toEqual([expect.objectContaining(found)]);
    if (mends !== "") await own.run(mends, [org, number]);
  }
  const alarms = await own.run("SELECT kind, detail FROM alarm WHERE org = ?1", [org]);
  expect(alarms).toHaveLength(3);
  expect(JSON.stringify(alarms)).not.toMatch(/u_0|t_0|cust/);
  // While retention has only begun, the callers' rows of old days are neither right nor wrong.
  const old = await organisationOf(someCalls(60, 400), "Asia/Kathmandu");
  await own.run("UPDATE org_head SET caller_months = 1 WHERE org = ?1", [old]);
  await startRetention(own.database, old, NOW);
  expect((await selfCheck(own.database, old, 0.1, NOW))?.differences).toEqual([]);
  // A row that no call stands behind.
  const other = await organisationOf(calls, "Asia/Kathmandu");
  await own.run(
    `INSERT INTO r_slot SELECT org, 'ghost', slot, 1, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL FROM r_slot
     WHERE org = ?1 AND team = '*'`,
    [other],
  );
  expect((await selfCheck(own.database, other, 0.5, NOW))?.differences).toEqual([
    expect.objectContaining({ rollup: "r_slot" }),
  ]);
});

test("a call that was sent with a revision too high can be corrected after a reset, once it is there", async () => {
  const [call] = someCalls(1, 5);
  if (call === undefined) throw new Error("no call");
  const high = { ...call, revision: 2 ** 31 - 1 };
  const org = await organisationOf([high]);
  const writer = new CallWriter(org, own.database);
  const right = { ...call, revision: 2, status: "connected" as const, duration_s: 42 };
  expect((await writer.store([right])).verdicts).toEqual(["stale"]);
  expect(await resetRevision(own.database, org, "nothing", ACTOR, NOW)).toBe(false);
  expect(await resetRevision(own.database, org, call.call_id, ACTOR, NOW)).toBe(true);
  expect((await writer.store([right])).verdicts).toEqual(["accepted"]);
  expect(await rowsOf(org)).toBe(await rowsOf(await organisationOf([right])));
  expect(await own.run("SELECT actor, action, target FROM audit_log WHERE org = ?1", [org])).toEqual([
    { actor: ACTOR, action: "call.reset", target: call.call_id },
  ]);
});
