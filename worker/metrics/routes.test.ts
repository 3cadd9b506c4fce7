import { SELF } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { newOrganisation, type TestOrganisation } from "../../tests/workerd/seed.ts";

const HOST = "http://callers360.localhost";
let own: TestOrganisation;
beforeEach(async () => {
  own = await newOrganisation();
});

type Fields = Record<string, unknown>;

let events = 0;
function event(change: Fields): Fields {
  events += 1;
  return {
    event_id: `e_${events}`,
    call_id: `c_${events}`,
    revision: 1,
    team_id: "t_01",
    caller_id: "u_01",
    direction: "inbound",
    status: "connected",
    started_at: "2026-10-30T10:07:00.000Z",
    duration_s: 60,
    analysis: null,
    ...change,
  };
}

async function ingest(...sent: Fields[]): Promise<{ seq: number }> {
  const answer = await SELF.fetch(`${HOST}/api/v1/calls`, {
    method: "POST",
    headers: { authorization: `Bearer ${own.keys.ingest}`, "content-type": "application/json" },
    body: JSON.stringify({ events: sent }),
  });
  expect(answer.status).toBe(200);
  return answer.json();
}

const get = (path: string, query: Record<string, string>, key = own.keys.read) =>
  SELF.fetch(`${HOST}/api/v1/metrics/${path}?${new URLSearchParams(query)}`, {
    headers: { authorization: `Bearer ${key}` },
  });

async function ask(path: string, query: Record<string, string>): Promise<Fields> {
  const answer = await get(path, query);
  expect(answer.status).toBe(200);
  return answer.json();
}

/** A local day in India. */
const INDIAN_DAY = { from: "2026-10-29T18:30:00Z", to: "2026-10-30T18:30:00Z" };
const NEXT_DAY = { from: "2026-10-30T18:30:00Z", to: "2026-10-31T18:30:00Z" };

test("an empty organisation: zeros where a count is, null where a value is", async () => {
  const answer = await ask("summary", INDIAN_DAY);
  expect(answer).toMatchObject({ n: 0, talk_s: 0, clarity: null, p50: null, seq: 0 });
  expect(Math.abs(Date.parse(String(answer.as_of)) - Date.now())).toBeLessThan(60_000);
});

test("a call moved to another team and local day", async () => {
  const first = event({});
  await ingest(first);
  const { seq } = await ingest({
    ...first,
    revision: 2,
    team_id: "t_02",
    started_at: "2026-10-30T18:30:00.000Z",
    duration_s: 90,
  });
  expect(seq).toBe(2);
  expect(await ask("summary", INDIAN_DAY)).toMatchObject({ n: 0, talk_s: 0, p50: null, seq });
  expect(await ask("summary", { ...INDIAN_DAY, team: "t_01" })).toMatchObject({ n: 0, p50: null });
  expect(await ask("summary", NEXT_DAY)).toMatchObject({ n: 1, connected: 1, talk_s: 90, p50: 90 });
  expect(await ask("summary", { ...NEXT_DAY, team: "t_02" })).toMatchObject({ n: 1, talk_s: 90 });
  expect(await ask("summary", { ...NEXT_DAY, team: "t_01" })).toMatchObject({ n: 0 });
  expect(await ask("summary", { ...NEXT_DAY, caller: "u_01", team: "t_02" })).toMatchObject({
    n: 1,
    p95: 90,
  });
});

test("a call from connected to missed: its duration is stored and counts nowhere", async () => {
  const first = event({ analysis: { clarity: 80.5 } });
  await ingest(first, event({ duration_s: 30 }));
  await ingest({ ...first, revision: 2, status: "missed" });
  expect(await ask("summary", INDIAN_DAY)).toMatchObject({
    n: 2,
    connected: 1,
    missed: 1,
    declined: 0,
    talk_s: 30,
    clarity: 80.5,
    p50: 30,
    p95: 30,
  });
});

test("New York's day of 25 hours, with the hour that comes twice", async () => {
  own = await newOrganisation({ zone: "America/New_York" });
  await ingest(
    event({ started_at: "2026-11-01T03:59:59.999Z" }), // 31 October, 23:59 local
    event({ started_at: "2026-11-01T04:00:00.000Z" }), // 1 November, 00:00
    event({ started_at: "2026-11-01T05:30:00.000Z" }), // 01:30, the first time
    event({ started_at: "2026-11-01T06:30:00.000Z" }), // 01:30, the second time
    event({ started_at: "2026-11-02T04:59:59.999Z" }), // 23:59
    event({ started_at: "2026-11-02T05:00:00.000Z" }), // 2 November, 00:00
  );
  const long = { from: "2026-11-01T04:00:00Z", to: "2026-11-02T05:00:00Z" };
  const point = (start: string, label: string, n: number) =>
    expect.objectContaining({ start, label, n, connected: n, talk_s: n * 60 });
  const around = { from: "2026-10-31T04:00:00Z", to: "2026-11-03T05:00:00Z" };
  const days = [
    point("2026-10-31T04:00:00.000Z", "2026-10-31", 1),
    point("2026-11-01T04:00:00.000Z", "2026-11-01", 4),
    point("2026-11-02T05:00:00.000Z", "2026-11-02", 1),
  ];
  expect((await ask("series", { ...around, interval: "day" })).points).toEqual(days);
  expect((await ask("series", { ...around, interval: "day", caller: "u_01" })).points).toEqual(days);
  expect(await ask("summary", long)).toMatchObject({ n: 4 });

  const { points } = await ask("series", { ...long, interval: "hour" });
  expect(points).toHaveLength(25);
  expect(points).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ start: "2026-11-01T05:00:00.000Z", n: 1 }),
      expect.objectContaining({ start: "2026-11-01T06:00:00.000Z", n: 1 }),
    ]),
  );
  const { hours } = await ask("week", long);
  // 1 November 2026 is a Sunday: both 01:30 are hour 1.
  expect(hours).toEqual(expect.arrayContaining([{ hour: 1, n: 2, connected: 2 }]));
});

test("the week folds any range, and everything of one caller is one question", async () => {
  // 15:37 on a Friday in India: hour 5 × 24 + 15.
  await ingest(event({}), event({ started_at: "2024-10-25T10:07:00.000Z" }));
  for (const from of ["2024-01-01T00:00:00Z", "0001-01-01T00:00:00Z"]) {
    const { hours } = await ask("week", { from, to: "9999-12-31T00:00:00Z" });
    expect(hours).toHaveLength(168);
    expect((hours as Fields[]).filter(({ n }) => n !== 0)).toEqual([{ hour: 135, n: 2, connected: 2 }]);
  }
  const ofOne = await ask("week", {
    from: "2000-01-01T00:00:00Z",
    to: "2050-01-01T00:00:00Z",
    caller: "u_01",
    tz: "Asia/Colombo",
  });
  expect((ofOne.hours as Fields[])[135]).toEqual({ hour: 135, n: 2, connected: 2 });
  const all = await ask("caller/u_01", { from: "2000-01-01T00:00:00Z", to: "2050-01-01T00:00:00Z" });
  expect(all).toMatchObject({ summary: { n: 2 } });
});

test("Kathmandu, 5:45 ahead: days, hours and the week are right, asked for or at home", async () => {
  const at = ["2026-10-29T18:14:00Z", "2026-10-29T18:16:00Z", "2026-10-30T18:14:00Z", "2026-10-30T18:16:00Z"];
  const day = (n: number) => expect.objectContaining({ n });
  for (const organisation of [own, await newOrganisation({ zone: "Asia/Kathmandu" })]) {
    own = organisation;
    await ingest(...at.map((started_at) => event({ started_at })));
    const range = { from: "2026-10-28T18:15:00Z", to: "2026-10-31T18:15:00Z", tz: "Asia/Kathmandu" };
    const { points } = await ask("series", { ...range, interval: "day" });
    expect(points).toEqual([day(1), day(2), day(1)]);
    expect(points).toMatchObject([{ label: "2026-10-29" }, { label: "2026-10-30" }, { label: "2026-10-31" }]);
    // 2026-10-30 is a Friday: 18:16 UTC of the 29th is its hour 0, 18:14 UTC of the 30th its hour 23.
    const { hours } = await ask("week", range);
    expect(hours).toEqual(
      expect.arrayContaining([
        { hour: 120, n: 1, connected: 1 },
        { hour: 143, n: 1, connected: 1 },
      ]),
    );
  }
});

test("compare: the same under previous, and the difference under change", async () => {
  await ingest(
    event({ duration_s: 50, analysis: { clarity: 60, sentiment: "positive" } }),
    event({ started_at: "2026-10-31T10:00:00Z", duration_s: 80, analysis: { clarity: 70 } }),
    event({ started_at: "2026-10-31T11:00:00Z", status: "missed" }),
    event({ started_at: "2025-10-31T11:00:00Z", duration_s: 10 }),
  );
  const period = await ask("summary", { ...NEXT_DAY, compare: "previous_period" });
  expect(period).toMatchObject({ n: 2, talk_s: 80, clarity: 70, p50: 80 });
  expect(period.previous).toMatchObject({ n: 1, talk_s: 50, clarity: 60, p50: 50, volume: null });
  expect(period.change).toMatchObject({ n: 1, missed: 1, talk_s: 30, clarity: 10, p50: 30, volume: null });
  expect(period.change).toMatchObject({ sentiment: { positive: -1, neutral: 0, negative: 0 } });
  const year = await ask("summary", { ...NEXT_DAY, compare: "previous_year" });
  expect(year.previous).toMatchObject({ n: 1, talk_s: 10 });
});

test("callers: sorted by talk time, ties by id, and by what else is asked", async () => {
  await ingest(
    event({ caller_id: "u_03", duration_s: 60 }),
    event({ caller_id: "u_01", duration_s: 60 }),
    event({ caller_id: "u_02", duration_s: 90, analysis: { clarity: 50 } }),
    event({ caller_id: "u_04", status: "declined" }),
  );
  const ids = async (query: Record<string, string>) => {
    const { callers } = await ask("callers", { ...INDIAN_DAY, ...query });
    return Array.isArray(callers) ? callers.map((line: Fields) => line.caller_id) : callers;
  };
  expect(await ids({})).toEqual(["u_02", "u_01", "u_03", "u_04"]);
  expect(await ids({ sort: "talk_s" })).toEqual(["u_04", "u_01", "u_03", "u_02"]);
  expect(await ids({ sort: "-declined" })).toEqual(["u_04", "u_01", "u_02", "u_03"]);
  // Who has no clarity comes last either way.
  expect(await ids({ sort: "clarity" })).toEqual(["u_02", "u_01", "u_03", "u_04"]);
  const { callers } = await ask("callers", { ...INDIAN_DAY, caller: "u_02" });
  expect(callers).toEqual([
    {
      caller_id: "u_02",
      name: null,
      n: 1,
      connected: 1,
      missed: 0,
      declined: 0,
      talk_s: 90,
      clarity: 50,
      proficiency: null,
      volume: null,
      p50: 90,
      p90: 90,
      p95: 90,
    },
  ]);
});

test("keywords: by how many calls, then by word", async () => {
  await ingest(
    event({ analysis: { keywords: ["price", "thanks"], sentiment: "positive" } }),
    event({ analysis: { keywords: ["price", "angry", "angry"], sentiment: "negative" } }),
    event({ analysis: { keywords: ["price"] } }),
  );
  expect((await ask("keywords", INDIAN_DAY)).keywords).toEqual([
    { keyword: "price", n: 3, positive: 1, neutral: 0, negative: 1 },
    { keyword: "angry", n: 1, positive: 0, neutral: 0, negative: 1 },
    { keyword: "thanks", n: 1, positive: 1, neutral: 0, negative: 0 },
  ]);
});

test("one caller: numbers, days, the newest calls", async () => {
  await ingest(event({ call_id: "c_b" }), event({ call_id: "c_a" }), event({ caller_id: "u_02" }));
  const answer = await ask("caller/u_01", INDIAN_DAY);
  expect(answer).toMatchObject({
    summary: { n: 2, talk_s: 120, sentiment: { positive: 0 } },
    series: { points: [{ label: "2026-10-30", n: 2 }] },
    last: [{ call_id: "c_a" }, { call_id: "c_b", caller_id: "u_01", started_at: "2026-10-30T10:07:00.000Z" }],
    seq: 1,
  });
});

test("two organisations with the same ids never meet", async () => {
  await ingest(event({ call_id: "same" }));
  const other = await newOrganisation();
  const answer = await get("summary", INDIAN_DAY, other.keys.read);
  expect(await answer.json()).toMatchObject({ n: 0, seq: 0 });
  expect(await (await get("caller/u_01", INDIAN_DAY, other.keys.read)).json()).toMatchObject({ last: [] });
});

test.each([
  ["no from", "summary", { to: INDIAN_DAY.to }, "from"],
  ["no to", "callers", { from: INDIAN_DAY.from }, "to"],
  ["from after to", "week", { from: INDIAN_DAY.to, to: INDIAN_DAY.from }, "to"],
  ["from equal to to", "keywords", { from: INDIAN_DAY.to, to: INDIAN_DAY.to }, "to"],
  ["a time without offset", "summary", { ...INDIAN_DAY, from: "2026-10-29T18:30:00" }, "from"],
  ["an unknown zone", "series", { ...INDIAN_DAY, interval: "day", tz: "Mars/Base" }, "tz"],
  ["an offset for a zone", "summary", { ...INDIAN_DAY, tz: "+05:30" }, "tz"],
  ["no interval", "series", INDIAN_DAY, "interval"],
  ["an unknown interval", "series", { ...INDIAN_DAY, interval: "year" }, "interval"],
  [
    "too many points",
    "series",
    { from: "2000-01-01T00:00:00Z", to: INDIAN_DAY.to, interval: "slot" },
    "interval",
  ],
  ["an unknown parameter", "summary", { ...INDIAN_DAY, colour: "red" }, "colour"],
  ["an unknown comparison", "summary", { ...INDIAN_DAY, compare: "best_day" }, "compare"],
  ["an unknown order", "callers", { ...INDIAN_DAY, sort: "name" }, "sort"],
  ["the reserved team", "summary", { ...INDIAN_DAY, team: "*" }, "team"],
  ["a caller that is no id", "caller/a%20b", INDIAN_DAY, "id"],
])("422 names the parameter: %s", async (_, path, query, parameter) => {
  const answer = await get(path, query);
  expect(answer.status).toBe(422);
  expect((await answer.json<{ errors: Fields[] }>()).errors).toMatchObject([{ parameter }]);
});

test("ten thousand years are answered as well", async () => {
  await ingest(event({}));
  const ever = { from: "0001-01-01T00:00:00Z", to: "9999-12-31T23:59:59Z" };
  expect(await ask("summary", ever)).toMatchObject({ n: 1 });
  expect(await ask("summary", { ...ever, compare: "previous_year" })).toMatchObject({ n: 1 });
});

test("a key without the scope is told so, and none is 401", async () => {
  expect((await get("summary", INDIAN_DAY, own.keys.ingest)).status).toBe(403);
  expect((await SELF.fetch(`${HOST}/api/v1/metrics/summary`)).status).toBe(401);
});
