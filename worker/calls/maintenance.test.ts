import { env, evictDurableObject, runDurableObjectAlarm, SELF } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../db/client.ts";
import { newOrganisation, type TestOrganisation } from "../../tests/workerd/seed.ts";
import { settingsOf } from "../env.ts";
import { maintainCalls } from "./nightly.ts";

const HOST = "http://callers360.localhost";
const DAY = 86_400_000;
let own: TestOrganisation;
beforeEach(async () => {
  own = await newOrganisation();
});

type Fields = Record<string, unknown>;

const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString();

function event(index: number, change: Fields = {}): Fields {
  return {
    event_id: `e_${index}`,
    call_id: `c_${index}`,
    revision: 1,
    team_id: "t_01",
    caller_id: `u_0${index % 2}`,
    customer_ref: `cust_${index % 2}`,
    direction: "inbound",
    status: "connected",
    started_at: ago(2),
    duration_s: index,
    analysis: { keywords: ["price"] },
    ...change,
  };
}

async function send(...events: Fields[]): Promise<{ accepted: number; rejected: Fields[] }> {
  const response = await SELF.fetch(`${HOST}/api/v1/calls`, {
    method: "POST",
    headers: { authorization: `Bearer ${own.keys.ingest}`, "content-type": "application/json" },
    body: JSON.stringify({ events }),
  });
  expect(response.status).toBe(200);
  return response.json();
}

const call = (method: string, path: string, body?: Fields, key = own.keys.manage) =>
  SELF.fetch(HOST + path, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

async function summary(more = ""): Promise<Fields> {
  const query = `from=${encodeURIComponent(ago(10))}&to=${encodeURIComponent(ago(0))}${more}`;
  return (await call("GET", `/api/v1/metrics/summary?${query}`, undefined, own.keys.read)).json();
}

const room = () => env.TEAM_ROOM.get(env.TEAM_ROOM.idFromName(own.org));

async function until(path: string, done: (body: Fields) => boolean): Promise<Fields> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const body: Fields = await (await call("GET", path)).json();
    if (done(body)) return body;
    await runDurableObjectAlarm(room());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("it was never done");
}

test.each(["remove", "anonymise"])(
  "what the board says of a caller goes with the caller: %s",
  async (mode) => {
    await send(event(1));
    const said = await SELF.fetch(`${HOST}/api/v1/states`, {
      method: "POST",
      headers: { authorization: `Bearer ${own.keys.ingest}`, "content-type": "application/json" },
      body: JSON.stringify({
        states: ["u_01", "u_02"].map((caller_id) => ({
          caller_id,
          team_id: "t_01",
          state: "available",
          since: ago(0),
        })),
      }),
    });
    expect(await said.json()).toMatchObject({ accepted: 2 });
    const begun: Fields = await (
      await call("POST", "/api/v1/rights/erasures", { kind: "caller", ref: "u_01", mode })
    ).json();
    await until(`/api/v1/rights/erasures/${begun.id}`, ({ state }) => state === "done");
    const [left] = await openDatabase(settingsOf(env).database).read([
      { sql: "SELECT caller FROM caller_state WHERE org = ?1", args: [own.org] },
    ]);
    expect(left?.rows.map((row) => row.caller)).toEqual(["u_02"]);
  },
);

test("a caller is erased step by step, though the room is lost in between", async () => {
  await send(...Array.from({ length: 40 }, (_, index) => event(index)));
  const answer = await call("POST", "/api/v1/rights/erasures", {
    kind: "caller",
    ref: "u_01",
    mode: "remove",
  });
  expect(answer.status).toBe(202);
  const begun: Fields = await answer.json();
  expect(begun).toMatchObject({ kind: "caller", mode: "remove", total: 20 });
  expect(answer.headers.get("location")).toBe(`/api/v1/rights/erasures/${begun.id}`);
  await evictDurableObject(room());
  const done = await until(`/api/v1/rights/erasures/${begun.id}`, ({ state }) => state === "done");
  expect(done).toMatchObject({ processed: 20, total: 20 });
  expect(JSON.stringify(done)).not.toContain("u_01");
  // The even ones are left: 0 + 2 + … + 38.
  expect(await summary()).toMatchObject({ n: 20, talk_s: 380 });
  const late = await send(event(1, { revision: 7 }), event(2, { revision: 7 }));
  expect(late).toMatchObject({
    accepted: 1,
    rejected: [{ index: 0, event_id: "e_1", type: "https://callers360.com/problems/call-removed" }],
  });
  const retention = await (await call("GET", "/api/v1/retention")).json();
  expect(retention).toMatchObject({ call_months: 36, caller_months: 13, late_refused: 1, calls_since: null });
  const audit = await openDatabase(settingsOf(env).database).read([
    { sql: "SELECT actor, action, target FROM audit_log WHERE org = ?1", args: [own.org] },
  ]);
  expect(audit[0]?.rows.map((row) => ({ ...row }))).toMatchObject([
    { action: "erasure.caller.remove", target: begun.id, actor: expect.stringMatching(/^key:/) },
  ]);
});

test("a customer is erased and no number changes", async () => {
  await send(...Array.from({ length: 10 }, (_, index) => event(index)));
  const before = await summary();
  const begun: Fields = await (
    await call("POST", "/api/v1/rights/erasures", { kind: "customer", ref: "cust_1" })
  ).json();
  await until(`/api/v1/rights/erasures/${begun.id}`, ({ state }) => state === "done");
  const { as_of, seq, ...numbers } = await summary();
  expect(before).toMatchObject(numbers);
  expect(Number(seq)).toBeGreaterThan(Number(before.seq));
  expect(as_of).toBeDefined();
  const list: { calls: Fields[] } = await (
    await call("GET", "/api/v1/calls", undefined, own.keys.read)
  ).json();
  const refs = list.calls.map(({ customer_ref }) => customer_ref);
  expect(refs.filter((ref) => ref === "cust_0")).toHaveLength(5);
  expect(refs.filter((ref) => ref === null)).toHaveLength(5);
});

test("another organisation sees nothing of it", async () => {
  const begun: Fields = await (
    await call("POST", "/api/v1/rights/erasures", { kind: "customer", ref: "cust_1" })
  ).json();
  const other = await newOrganisation();
  const path = `/api/v1/rights/erasures/${begun.id}`;
  expect((await call("GET", path, undefined, other.keys.manage)).status).toBe(404);
  expect((await call("GET", `/api/v1/orgs/${own.org}`, undefined, other.keys.manage)).status).toBe(404);
  const change = await call("PATCH", `/api/v1/orgs/${own.org}`, { time_zone: "UTC" }, other.keys.manage);
  expect(change.status).toBe(404);
  expect((await call("POST", "/api/v1/calls/c_1/reset", undefined, other.keys.manage)).status).toBe(404);
});

test.each([
  [{ kind: "caller", ref: "u" }, "/mode"],
  [{ kind: "caller", ref: "u", mode: "forget" }, "/mode"],
  [{ kind: "customer", ref: "u", mode: "remove" }, "/mode"],
  [{ kind: "customer", ref: "a b" }, "/ref"],
  [{ kind: "team", ref: "u" }, "/kind"],
])("%j is refused and says where", async (body, pointer) => {
  const response = await call("POST", "/api/v1/rights/erasures", body);
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ errors: [expect.objectContaining({ pointer })] });
});

test("another time zone: the same questions, the new days, and a report", async () => {
  await send(
    event(1, { started_at: "2026-11-10T20:00:00Z" }),
    event(2, { started_at: "2026-11-10T03:00:00Z" }),
  );
  const days = async () => {
    const query = "from=2026-11-10T00:00:00Z&to=2026-11-11T00:00:00Z&interval=day";
    const body: { points: Fields[] } = await (
      await call("GET", `/api/v1/metrics/series?${query}`, undefined, own.keys.read)
    ).json();
    return body.points.map(({ label, n }) => [label, n]);
  };
  expect(await days()).toEqual([
    ["2026-11-10", 1],
    ["2026-11-11", 1],
  ]);
  const answer = await call("PATCH", `/api/v1/orgs/${own.org}`, { time_zone: "America/New_York" });
  expect(answer.status).toBe(202);
  // 03:00 in UTC is the evening before in New York.
  const wanted = [
    ["2026-11-09", 1],
    ["2026-11-10", 1],
  ];
  expect(await days()).toEqual(wanted);
  const done = await until(`/api/v1/orgs/${own.org}`, ({ days_since }) => days_since === null);
  expect(done).toMatchObject({ id: own.org, time_zone: "America/New_York" });
  expect(await days()).toEqual(wanted);
  expect((await call("PATCH", `/api/v1/orgs/${own.org}`, { time_zone: "America/New_York" })).status).toBe(
    200,
  );
  const bad = await call("PATCH", `/api/v1/orgs/${own.org}`, { time_zone: "+05:30" });
  expect(bad.status).toBe(422);
});

test("limits within their bounds, kept before the first call too", async () => {
  const set = await call("PATCH", "/api/v1/retention", { call_months: 6 });
  expect(await set.json()).toMatchObject({ call_months: 6, caller_months: 13, last_run: null });
  const late = await send(event(1, { started_at: ago(200) }), event(2));
  expect(late).toMatchObject({
    accepted: 1,
    rejected: [{ index: 0, type: "https://callers360.com/problems/call-too-old" }],
  });
  for (const body of [{ call_months: 0 }, { call_months: 121 }, { caller_months: 37 }, { months: 3 }]) {
    expect((await call("PATCH", "/api/v1/retention", body)).status).toBe(422);
  }
});

test("a call whose revision was too high is corrected after a reset", async () => {
  await send(event(1, { revision: 2_000_000_000 }));
  expect(await send(event(1, { revision: 2, duration_s: 42 }))).toMatchObject({ accepted: 0 });
  expect((await call("POST", "/api/v1/calls/c_9/reset")).status).toBe(404);
  expect(await (await call("POST", "/api/v1/calls/c_1/reset")).json()).toEqual({
    call_id: "c_1",
    revision: 0,
  });
  expect(await send(event(1, { revision: 2, duration_s: 42 }))).toMatchObject({ accepted: 1 });
  expect(await summary()).toMatchObject({ n: 1, talk_s: 42 });
});

test("alarms are listed to those who manage", async () => {
  await openDatabase(settingsOf(env).database).write([
    {
      sql: "INSERT INTO alarm (org, alarm, at, kind, detail) VALUES (?1, 'alarm_1', ?2, 'rollups-differ', ?3)",
      args: [
        own.org,
        Date.parse("2026-11-01T00:00:00Z"),
        JSON.stringify({ day: "2026-10-31", differences: [] }),
      ],
    },
  ]);
  expect(await (await call("GET", "/api/v1/alarms")).json()).toEqual({
    alarms: [
      {
        id: "alarm_1",
        at: "2026-11-01T00:00:00.000Z",
        kind: "rollups-differ",
        detail: { day: "2026-10-31", differences: [] },
      },
    ],
  });
});

/** Local midnight in India, so many days ago. */
const midnight = (days: number) => {
  const ist = 5.5 * 3_600_000;
  return Math.floor((Date.now() + ist) / DAY) * DAY - ist - days * DAY;
};

test("a night: what is past the limit goes, and a wrong rollup is found", async () => {
  const at = (days: number) => ({ started_at: new Date(midnight(days)).toISOString() });
  await send(event(1, at(100)), event(2, at(2)), event(3, at(1)));
  expect((await call("PATCH", "/api/v1/retention", { call_months: 1 })).status).toBe(200);
  // Whichever day it picks has a row that no call stands behind.
  await openDatabase(settingsOf(env).database).write([
    {
      sql: `WITH RECURSIVE days (day) AS (SELECT ?2 UNION ALL SELECT day + 1 FROM days WHERE day < ?2 + 40)
            INSERT INTO r_team_day SELECT ?1, 'ghost', day, 1, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL FROM days`,
      args: [own.org, Math.floor((midnight(39) + 5.5 * 3_600_000) / DAY)],
    },
  ]);
  let alarms: Fields[] = [];
  for (let run = 0; run < 20 && alarms.length === 0; run += 1) {
    await maintainCalls(env);
    const body: { alarms: Fields[] } = await (await call("GET", "/api/v1/alarms")).json();
    alarms = body.alarms;
  }
  expect(alarms).toMatchObject([
    {
      kind: "rollups-differ",
      detail: { differences: [{ rollup: "r_team_day", rows: 1, sums: ["connected", "talk_s"] }] },
    },
  ]);
  const isDone = ({ last_run }: Fields) => Object(last_run).state === "done";
  expect(await until("/api/v1/retention", isDone)).toMatchObject({ last_run: { processed: 1, total: 1 } });
  await maintainCalls(env);
  const again: { alarms: Fields[] } = await (await call("GET", "/api/v1/alarms")).json();
  expect(again.alarms).toHaveLength(1);
});
