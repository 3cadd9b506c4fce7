import { env, evictDurableObject, SELF } from "cloudflare:test";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../db/client.ts";
import { newMember, openPage, type Page } from "../../tests/workerd/live-page.ts";
import { newOrganisation, type TestOrganisation } from "../../tests/workerd/seed.ts";
import { settingsOf } from "../env.ts";
import { purgeStates } from "./purge-states.ts";
import { forgetCallerState } from "./queries.ts";

const HOST = "http://callers360.localhost";
const HOUR = 3_600_000;
let own: TestOrganisation;
let cookie: string;
const open: Page[] = [];

beforeEach(async () => {
  own = await newOrganisation();
  ({ cookie } = await newMember(own.org));
});
afterEach(() => {
  for (const { socket } of open.splice(0)) socket.close();
});

const database = () => openDatabase(settingsOf(env).database);
const room = () => env.TEAM_ROOM.get(env.TEAM_ROOM.idFromName(own.org));
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

async function page(): Promise<Page> {
  const opened = await openPage(cookie);
  open.push(opened);
  return opened;
}

/** What a page that opens now is shown. */
async function shown(): Promise<unknown[]> {
  const { states } = await (await page()).next();
  if (!Array.isArray(states)) throw new Error("a snapshot has states");
  return states.sort((a, b) => a.caller_id.localeCompare(b.caller_id));
}

const post = (path: string, body: unknown, type = "application/json") =>
  SELF.fetch(HOST + path, {
    method: "POST",
    headers: { authorization: `Bearer ${own.keys.ingest}`, "content-type": type },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

async function say(...states: Record<string, unknown>[]) {
  const answer = await post("/api/v1/states", { states });
  expect(answer.status).toBe(200);
  return answer.json<Record<string, unknown>>();
}

const taken = (accepted: number, duplicate: number, stale: number) => ({
  accepted,
  duplicate,
  stale,
  rejected: [],
});

const available = (caller_id: string, since: string) => ({
  caller_id,
  team_id: "t_01",
  state: "available",
  since,
});
const onCall = (caller_id: string, since: string, call_id: string) => ({
  caller_id,
  team_id: "t_01",
  state: "on_call",
  since,
  call: { call_id, direction: "inbound", started_at: since },
});

async function finish(call_id: string, started_at: string, duration_s: number, revision = 1) {
  const event = {
    event_id: `${call_id}.${revision}`,
    call_id,
    revision,
    team_id: "t_01",
    caller_id: "u_01",
    direction: "inbound",
    status: "connected",
    started_at,
    duration_s,
  };
  expect(await (await post("/api/v1/calls", { events: [event] })).json()).toMatchObject({ accepted: 1 });
}

test("a snapshot has everybody's state, a delta within a second those that changed, whole", async () => {
  const since = ago(60_000);
  const paused = { caller_id: "u_02", team_id: "t_02", state: "paused", since, reason: "training" };
  expect(await say(available("u_01", since), paused)).toEqual(taken(2, 0, 0));
  const watching = await page();
  expect(await watching.next()).toMatchObject({
    type: "snapshot",
    seq: 0,
    rows: [],
    states: expect.arrayContaining([
      { ...available("u_01", since), reason: null, call: null },
      { ...paused, call: null },
    ]),
  });
  const began = ago(0);
  const sent = Date.now();
  await say(onCall("u_01", began, "c_live"));
  expect(await watching.next()).toEqual({
    type: "delta",
    seq: 0,
    rows: [],
    states: [{ ...onCall("u_01", began, "c_live"), reason: null }],
  });
  expect(Date.now() - sent).toBeLessThan(1000);
});

test("the newest since counts in any order; the same again is a duplicate; of two with one since the later counts", async () => {
  const [early, late] = [ago(90_000), ago(30_000)];
  expect(await say(onCall("u_01", late, "c_1"), available("u_01", early))).toEqual(taken(1, 0, 1));
  expect(await say(available("u_01", early))).toEqual(taken(0, 0, 1));
  expect(await say(onCall("u_01", late, "c_1"))).toEqual(taken(0, 1, 0));
  expect(await shown()).toMatchObject([{ caller_id: "u_01", state: "on_call", since: late }]);
  expect(await say(available("u_01", late))).toEqual(taken(1, 0, 0));
  expect(await shown()).toMatchObject([{ caller_id: "u_01", state: "available", since: late }]);
});

test("who says offline leaves the board, and an older word does not bring them back", async () => {
  const watching = await page();
  await watching.next();
  await say(available("u_01", ago(60_000)));
  expect(await watching.next()).toMatchObject({ states: [{ state: "available" }] });
  await say({ ...available("u_01", ago(0)), state: "offline" });
  expect(await watching.next()).toMatchObject({ states: [{ caller_id: "u_01", state: "offline" }] });
  expect(await say(available("u_01", ago(30_000)))).toEqual(taken(0, 0, 1));
  expect(await shown()).toEqual([]);
});

test("a finished call's event takes its caller off the call, into wrap-up from the call's end", async () => {
  const began = ago(200_000);
  await say(onCall("u_01", began, "c_1"), onCall("u_02", began, "c_2"));
  const watching = await page();
  await watching.next();
  await finish("c_1", began, 120);
  const ended = new Date(Date.parse(began) + 120_000).toISOString();
  const row = {
    caller_id: "u_01",
    team_id: "t_01",
    state: "wrap_up",
    since: ended,
    reason: null,
    call: null,
  };
  expect(await watching.next()).toMatchObject({ type: "delta", seq: 1, states: [row] });
  // What the dialer says of the moment of hanging up may be a rounded second earlier than the event says.
  const word = new Date(Date.parse(ended) - 900).toISOString();
  expect(await say(available("u_01", word))).toEqual(taken(1, 0, 0));
  expect(await watching.next()).toMatchObject({ states: [{ state: "available", since: word }] });
});

test("the event may come before the state of its call, and a restart forgets neither", async () => {
  const began = ago(200_000);
  await finish("c_1", began, 60);
  await say(onCall("u_01", began, "c_1"), onCall("u_02", began, "c_2"));
  const ended = new Date(Date.parse(began) + 60_000).toISOString();
  const expected = [
    { caller_id: "u_01", state: "wrap_up", since: ended, call: null },
    { caller_id: "u_02", state: "on_call", since: began, call: { call_id: "c_2" } },
  ];
  expect(await shown()).toMatchObject(expected);
  for (const { socket } of open.splice(0)) socket.close();
  await evictDurableObject(room());
  expect(await shown()).toMatchObject(expected);
});

test("a page that comes back is told every state, also of who left meanwhile", async () => {
  await say(available("u_01", ago(60_000)));
  const first = await page();
  await first.next();
  await finish("c_9", ago(500_000), 10);
  const { seq } = await first.next();
  await say({ ...available("u_01", ago(0)), state: "offline" }, available("u_02", ago(0)));
  const back = await openPage(cookie, `?since=${seq}`);
  open.push(back);
  const { type, states } = await back.next();
  expect(type).toBe("delta");
  expect(states).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ caller_id: "u_01", state: "offline" }),
      expect.objectContaining({ caller_id: "u_02", state: "available" }),
    ]),
  );
});

const heardAt = (caller: string, at: number) =>
  database().write([
    {
      sql: "UPDATE caller_state SET heard_at = ?3 WHERE org = ?1 AND caller = ?2",
      args: [own.org, caller, at],
    },
  ]);

test("a state whose end was lost times out: four hours on a call, one in wrap-up, twelve else", async () => {
  const since = ago(13 * HOUR);
  const limits = { on_call: 4, wrap_up: 1, available: 12, paused: 12 };
  for (const state of Object.keys(limits)) {
    await say(
      { ...available(`u_in_${state}`, since), state },
      { ...available(`u_out_${state}`, since), state },
    );
  }
  for (const [state, hours] of Object.entries(limits)) {
    await heardAt(`u_in_${state}`, Date.now() - hours * HOUR + 20_000);
    await heardAt(`u_out_${state}`, Date.now() - hours * HOUR - 1000);
  }
  expect(await shown()).toMatchObject([
    { caller_id: "u_in_available" },
    { caller_id: "u_in_on_call" },
    { caller_id: "u_in_paused" },
    { caller_id: "u_in_wrap_up" },
  ]);
});

test("an open board is told when a state times out, and a word that renews it keeps it", async () => {
  const since = ago(5 * HOUR);
  await say(onCall("u_01", since, "c_1"), onCall("u_02", since, "c_2"));
  const lost = Date.now() - 4 * HOUR + 3000;
  await Promise.all([heardAt("u_01", lost), heardAt("u_02", lost)]);
  expect(await say(onCall("u_02", since, "c_2"))).toEqual(taken(0, 1, 0));
  const watching = await page();
  expect((await watching.next()).states).toHaveLength(2);
  let told = await watching.next();
  while (told.type === "beat") told = await watching.next();
  expect(told).toMatchObject({
    type: "delta",
    states: [{ caller_id: "u_01", state: "offline", since: new Date(lost + 4 * HOUR).toISOString() }],
  });
  expect(told.states).toHaveLength(1);
}, 20_000);

test("what has timed out for every state is removed, and an erased caller is", async () => {
  await say(available("u_01", ago(0)), available("u_02", ago(0)), available("u_03", ago(0)));
  await heardAt("u_01", Date.now() - 12 * HOUR - 1000);
  await purgeStates(env);
  await database().write([forgetCallerState(own.org, "u_02")]);
  const [left] = await database().read([
    { sql: "SELECT caller FROM caller_state WHERE org = ?1", args: [own.org] },
  ]);
  expect(left?.rows.map((row) => row.caller)).toEqual(["u_03"]);
});

test("a bad state is one rejected row that names the field, and the rest is stored", async () => {
  const good = available("u_01", ago(0));
  const bad: [unknown, caller: string | null, slug: string, pointer: string][] = [
    [{ ...good, mood: "fine" }, "u_01", "invalid", "/mood"],
    [{ ...good, caller_id: "पूजा" }, null, "invalid", "/caller_id"],
    [{ ...good, team_id: 3 }, "u_01", "invalid", "/team_id"],
    [{ ...good, state: "idle" }, "u_01", "invalid", "/state"],
    [{ ...good, since: "2026-11-24T10:00:00" }, "u_01", "invalid", "/since"],
    [{ ...good, since: ago(-6 * 60_000) }, "u_01", "state-in-future", "/since"],
    [{ ...good, since: ago(7 * 24 * HOUR + 60_000) }, "u_01", "state-too-old", "/since"],
    [{ ...good, reason: "break" }, "u_01", "invalid", "/reason"],
    [{ ...good, state: "paused", reason: "has a migraine" }, "u_01", "invalid", "/reason"],
    [{ ...onCall("u_01", ago(0), "c_1"), state: "wrap_up" }, "u_01", "invalid", "/call"],
    [{ ...good, state: "on_call", call: { call_id: "c_1" } }, "u_01", "invalid", "/call/direction"],
    [{ ...good, state: "on_call", call: [] }, "u_01", "invalid", "/call"],
    [null, null, "invalid", ""],
    [[good], null, "invalid", ""],
  ];
  const answer = await post("/api/v1/states", { states: [...bad.map(([state]) => state), good] });
  const { rejected, ...counts } = await answer.json<{ rejected: { errors: { pointer: string }[] }[] }>();
  expect(answer.status).toBe(200);
  expect(counts).toEqual({ accepted: 1, duplicate: 0, stale: 0 });
  expect(rejected).toMatchObject(
    bad.map(([, caller_id, slug], index) => ({
      index,
      caller_id,
      type: `https://callers360.com/problems/${slug}`,
    })),
  );
  expect(rejected.map(({ errors }) => errors.map(({ pointer }) => pointer))).toEqual(
    bad.map(([, , , pointer]) => expect.arrayContaining([pointer])),
  );
  expect(await shown()).toHaveLength(1);
});

test("a body that is none: 400, 413, 415, 422", async () => {
  const many = Array.from({ length: 1001 }, (_, index) => available(`u_${index}`, ago(0)));
  expect((await post("/api/v1/states", { states: many })).status).toBe(413);
  expect(await (await post("/api/v1/states", { states: many.slice(1) })).json()).toEqual(taken(1000, 0, 0));
  expect((await post("/api/v1/states", `{"states":["${"x".repeat(1 << 20)}"]}`)).status).toBe(413);
  expect((await post("/api/v1/states", "{")).status).toBe(400);
  expect((await post("/api/v1/states", "[]")).status).toBe(422);
  expect((await post("/api/v1/states", { states: {} })).status).toBe(422);
  expect((await post("/api/v1/states", { states: [], seq: 1 })).status).toBe(422);
  expect((await post("/api/v1/states", "u_01,available", "text/csv")).status).toBe(415);
  expect(await say()).toEqual(taken(0, 0, 0));
});

test("two organisations do not see each other's callers", async () => {
  await say(available("u_01", ago(0)));
  const other = await newOrganisation();
  const { cookie: theirs } = await newMember(other.org);
  const watching = await openPage(theirs);
  open.push(watching);
  expect(await watching.next()).toMatchObject({ type: "snapshot", states: [] });
});
