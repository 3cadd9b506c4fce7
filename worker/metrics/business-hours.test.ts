import { SELF } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { newOrganisation, type TestOrganisation } from "../../tests/workerd/seed.ts";

const HOST = "http://callers360.localhost";
let own: TestOrganisation;
beforeEach(async () => {
  own = await newOrganisation({ zone: "America/New_York" });
});

type Fields = Record<string, unknown>;

/** Sundays 01:00–02:00 and Mondays 09:10–24:00. */
const HOURS = {
  weekly: [
    { weekday: 0, opens: "01:00", closes: "02:00" },
    { weekday: 1, opens: "09:10", closes: "24:00" },
  ],
  holidays: ["2026-11-09"],
};

const path = (org = own.org) => `${HOST}/api/v1/orgs/${org}/business-hours`;

const put = (body: unknown, key = own.keys.manage, org = own.org) =>
  SELF.fetch(path(org), {
    method: "PUT",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });

const get = (url: string, key: string) => SELF.fetch(url, { headers: { authorization: `Bearer ${key}` } });

async function ingest(...starts: string[]): Promise<void> {
  const events = starts.map((started_at, index) => ({
    event_id: `e_${index}`,
    call_id: `c_${index}`,
    revision: 1,
    team_id: "t_01",
    caller_id: "u_01",
    direction: "inbound",
    status: "connected",
    started_at,
    duration_s: 60,
    analysis: { keywords: ["price"] },
  }));
  const answer = await SELF.fetch(`${HOST}/api/v1/calls`, {
    method: "POST",
    headers: { authorization: `Bearer ${own.keys.ingest}`, "content-type": "application/json" },
    body: JSON.stringify({ events }),
  });
  expect(await answer.json()).toMatchObject({ accepted: starts.length });
}

async function ask(question: string, more: Record<string, string> = {}): Promise<Fields> {
  const query = new URLSearchParams({ from: "2026-10-25T04:00:00Z", to: "2026-11-15T05:00:00Z", ...more });
  const answer = await get(`${HOST}/api/v1/metrics/${question}?${query}`, own.keys.read);
  expect(answer.status).toBe(200);
  return answer.json();
}

test("only calls that began while the organisation was open count, in every question", async () => {
  expect((await put(HOURS)).status).toBe(200);
  expect(await (await get(path(), own.keys.manage)).json()).toEqual(HOURS);
  await ingest(
    // Sunday 1 November, when 01:00–02:00 comes twice: both passes lie before the clock first shows 02:00.
    "2026-11-01T05:30:00.000Z",
    "2026-11-01T06:30:00.000Z",
    "2026-11-01T07:00:00.000Z", // 02:00: closed
    "2026-11-02T14:09:59.999Z", // Monday 09:09:59.999: closed
    "2026-11-02T14:10:00.000Z", // 09:10
    "2026-11-03T04:59:59.999Z", // 23:59:59.999
    "2026-11-03T05:00:00.000Z", // Tuesday 00:00: closed
    "2026-11-09T16:00:00.000Z", // a holiday
  );
  const hours = "business";
  expect(await ask("summary")).toMatchObject({ n: 8 });
  expect(await ask("summary", { hours })).toMatchObject({ n: 4, talk_s: 240, p50: 60 });
  expect(await ask("summary", { hours, caller: "u_01", team: "t_01" })).toMatchObject({ n: 4 });
  const compared = await ask("summary", {
    hours,
    compare: "previous_period",
    from: "2026-11-02T05:00:00Z",
    to: "2026-11-03T05:00:00Z",
  });
  expect(compared).toMatchObject({ n: 2, previous: { n: 2 } });
  const { points } = await ask("series", { hours, interval: "day" });
  expect((points as Fields[]).filter(({ n }) => n !== 0)).toMatchObject([
    { label: "2026-11-01", n: 2 },
    { label: "2026-11-02", n: 2 },
  ]);
  expect(await ask("callers", { hours })).toMatchObject({ callers: [{ caller_id: "u_01", n: 4 }] });
  expect((await ask("keywords", { hours })).keywords).toMatchObject([{ keyword: "price", n: 4 }]);
  const { hours: week } = await ask("week", { hours });
  expect((week as Fields[]).filter(({ n }) => n !== 0)).toEqual([
    { hour: 1, n: 2, connected: 2 },
    { hour: 33, n: 1, connected: 1 },
    { hour: 47, n: 1, connected: 1 },
  ]);
  expect(await ask("caller/u_01", { hours })).toMatchObject({
    summary: { n: 4 },
    last: [{ call_id: "c_5" }, { call_id: "c_4" }, { call_id: "c_1" }, { call_id: "c_0" }],
  });
});

test("new hours count from the next question on", async () => {
  await put(HOURS);
  await ingest("2026-11-02T14:00:00.000Z");
  expect(await ask("summary", { hours: "business" })).toMatchObject({ n: 0 });
  await put({ weekly: [{ weekday: 1, opens: "00:00", closes: "24:00" }], holidays: [] });
  expect(await ask("summary", { hours: "business" })).toMatchObject({ n: 1 });
});

test("without hours the question is refused, and names the parameter", async () => {
  const query = "from=2026-10-25T04:00:00Z&to=2026-11-15T05:00:00Z&hours=business";
  const answer = await get(`${HOST}/api/v1/metrics/summary?${query}`, own.keys.read);
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({
    type: "https://callers360.com/problems/no-business-hours",
    errors: [{ parameter: "hours" }],
  });
  expect((await get(path(), own.keys.manage)).status).toBe(404);
});

test.each([
  [
    "a weekday that is none",
    { weekly: [{ weekday: 7, opens: "09:00", closes: "10:00" }] },
    "/weekly/0/weekday",
  ],
  ["a time that is none", { weekly: [{ weekday: 1, opens: "9:00", closes: "10:00" }] }, "/weekly/0/opens"],
  [
    "closing before opening",
    { weekly: [{ weekday: 1, opens: "10:00", closes: "09:00" }] },
    "/weekly/0/closes",
  ],
  [
    "two that overlap",
    {
      weekly: [
        { weekday: 1, opens: "09:00", closes: "12:00" },
        { weekday: 1, opens: "11:59", closes: "13:00" },
      ],
    },
    "/weekly",
  ],
  ["a holiday that is no date", { holidays: ["2026-02-30"] }, "/holidays/0"],
  ["an unknown field", { lunch: true }, "/lunch"],
])("422 names the field: %s", async (_, change, pointer) => {
  const answer = await put({ weekly: [], holidays: [], ...change });
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({ errors: [{ pointer }] });
});

test("another organisation's hours are not there, and a key without the scope may not set its own", async () => {
  const other = await newOrganisation();
  expect((await put(HOURS, own.keys.manage, other.org)).status).toBe(404);
  expect((await get(path(), other.keys.manage)).status).toBe(404);
  expect((await put(HOURS, own.keys.ingest)).status).toBe(403);
});
