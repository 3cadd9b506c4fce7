import { env, evictDurableObject, runInDurableObject, SELF } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openDatabase } from "../../db/client.ts";
import { openClient } from "../../db/libsql-client.ts";
import { askForSocket, newMember, openPage, type Page } from "../../tests/workerd/live-page.ts";
import { newOrganisation, type TestOrganisation } from "../../tests/workerd/seed.ts";
import { settingsOf } from "../env.ts";

const HOST = "http://callers360.localhost";
let own: TestOrganisation;
let cookie: string;
let token: string;
const open: WebSocket[] = [];

beforeEach(async () => {
  own = await newOrganisation();
  ({ cookie, token } = await newMember(own.org));
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

const database = () => openDatabase(settingsOf(env).database);

const connect = (query = "", headers: Record<string, string> = {}) =>
  askForSocket(query, { cookie, ...headers });

async function page(query = "", headers: { cookie?: string } = {}): Promise<Page> {
  const opened = await openPage(headers.cookie ?? cookie, query);
  open.push(opened.socket);
  return opened;
}

let events = 0;
async function ingest(change: Record<string, unknown> = {}): Promise<{ seq: number; call_id: string }> {
  events += 1;
  const call_id = `c_${events}`;
  const answer = await post(call_id, change);
  expect(answer.status).toBe(200);
  return { ...(await answer.json<{ seq: number }>()), call_id };
}

function post(call_id: string, change: Record<string, unknown> = {}): Promise<Response> {
  const event = {
    event_id: `${call_id}.1`,
    call_id,
    revision: 1,
    team_id: "t_01",
    caller_id: "u_01",
    direction: "inbound",
    status: "connected",
    started_at: new Date().toISOString(),
    duration_s: 60,
    ...change,
  };
  return SELF.fetch(`${HOST}/api/v1/calls`, {
    method: "POST",
    headers: { authorization: `Bearer ${own.keys.ingest}`, "content-type": "application/json" },
    body: JSON.stringify({ events: [event] }),
  });
}

/** Half an hour of UTC holds this instant. */
const slotStart = (at: number) => new Date(Math.floor(at / 1_800_000) * 1_800_000).toISOString();
const indianDate = () => new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Kolkata" }).format(Date.now());

test("a snapshot of today first, then within a second what an event changed, whole", async () => {
  const start = slotStart(Date.now());
  await ingest();
  const watching = await page();
  const snapshot = await watching.next();
  const row = { start, n: 1, connected: 1, missed: 0, declined: 0, talk_s: 60 };
  expect(snapshot).toEqual({
    type: "snapshot",
    seq: 1,
    as_of: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    day: indianDate(),
    rows: expect.arrayContaining([
      { team: "t_01", ...row },
      { team: null, ...row },
    ]),
    states: [],
  });
  expect(snapshot.rows).toHaveLength(2);

  const sent = Date.now();
  await ingest({
    team_id: "t_02",
    status: "missed",
    duration_s: 0,
    started_at: new Date(sent).toISOString(),
  });
  const delta = await watching.next();
  expect(Date.now() - sent).toBeLessThan(1000);
  expect(delta).toEqual({
    type: "delta",
    seq: 2,
    rows: expect.arrayContaining([
      { team: "t_02", start, n: 1, connected: 0, missed: 1, declined: 0, talk_s: 0 },
      { team: null, start, n: 2, connected: 1, missed: 1, declined: 0, talk_s: 60 },
    ]),
  });
  expect(delta.rows).toHaveLength(2);
});

test("deltas come at most every 500 ms, and the last one has everything", async () => {
  const watching = await page();
  expect((await watching.next()).rows).toEqual([]);
  const at: number[] = [];
  let n = 0;
  const posting = (async () => {
    for (let count = 0; count < 12; count += 1) {
      await ingest();
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  })();
  while (n < 12) {
    const message = await watching.next();
    if (message.type !== "delta") continue;
    at.push(Date.now());
    n = Number(message.rows.find((row) => row.team === null)?.n);
  }
  await posting;
  expect(at.length).toBeGreaterThan(1);
  const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
  // The timer is the room's, the clock ours.
  expect(Math.min(...gaps)).toBeGreaterThan(400);
});

test("a call that moves away empties its row: it comes with zeros", async () => {
  const { call_id } = await ingest();
  const watching = await page();
  await watching.next();
  await ingest({ call_id, revision: 2, team_id: "t_09" });
  const { rows } = await watching.next();
  expect(rows).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ team: "t_01", n: 0, talk_s: 0 }),
      expect.objectContaining({ team: "t_09", n: 1, talk_s: 60 }),
    ]),
  );
});

test("a call of another day moves the seq and no row", async () => {
  const watching = await page();
  await watching.next();
  await ingest({ started_at: "2026-10-30T10:00:00Z" });
  expect(await watching.next()).toEqual({ type: "delta", seq: 1, rows: [] });
});

test("a beat every 5 s says that nothing was missed", async () => {
  const watching = await page();
  const { seq } = await watching.next();
  const opened = Date.now();
  expect(await watching.next()).toEqual({ type: "beat", seq });
  expect(Date.now() - opened).toBeLessThan(6000);
  expect(await watching.next()).toEqual({ type: "beat", seq });
}, 20_000);

test("since: what was missed, or a snapshot where that is not known", async () => {
  await ingest();
  const first = await page();
  expect((await first.next()).type).toBe("snapshot");
  await ingest({ team_id: "t_02" });
  const { seq } = await first.next();
  await ingest({ team_id: "t_03" });
  const back = await page(`?since=${seq}`);
  const missed = await back.next();
  expect(missed).toMatchObject({ type: "delta", seq: 3 });
  expect(missed.rows.map((row) => row.team).sort()).toEqual([null, "t_03"].sort());
  for (const unknown of [0, 1, 99]) {
    expect(await (await page(`?since=${unknown}`)).next()).toMatchObject({ type: "snapshot", seq: 3 });
  }
});

test("who else commits is noticed with the next beat: a new snapshot", async () => {
  const watching = await page();
  await watching.next();
  // As retention or an import would, past this room but through the same fence.
  await database().write([
    { sql: "INSERT INTO org_head (org, seq, zone) VALUES (?1, 5, 'Asia/Kolkata')", args: [own.org] },
  ]);
  expect(await watching.next()).toMatchObject({ type: "snapshot", seq: 5 });
}, 20_000);

test("a session that ends closes its socket with the next beat, and no other", async () => {
  const other = await newMember(own.org);
  const [revoked, staying] = [await page(), await page("", { cookie: other.cookie })];
  await Promise.all([revoked.next(), staying.next()]);
  await database().write([{ sql: "DELETE FROM session WHERE token = ?1", args: [token] }]);
  expect((await revoked.closed).code).toBe(1008);
  expect(await staying.next()).toMatchObject({ type: "beat" });
}, 20_000);

test("signing out closes the session's sockets within a second, and no other", async () => {
  const other = await newMember(own.org);
  const [first, second, staying] = [await page(), await page(), await page("", { cookie: other.cookie })];
  await Promise.all([first.next(), second.next(), staying.next()]);
  const signedOut = Date.now();
  const answer = await SELF.fetch(`${HOST}/api/auth/sign-out`, {
    method: "POST",
    headers: { cookie, origin: HOST },
  });
  expect(answer.status).toBe(204);
  const codes = await Promise.all([first.closed, second.closed]);
  expect(Date.now() - signedOut).toBeLessThan(1000);
  expect(codes.map(({ code }) => code)).toEqual([1008, 1008]);
  expect(await staying.next()).toMatchObject({ type: "beat" });
  await ingest();
  expect(await staying.next()).toMatchObject({ type: "delta", seq: 1 });
}, 20_000);

test("a member of two organisations who signs out leaves both boards", async () => {
  const other = await newOrganisation();
  const both = await newMember(own.org);
  await newMember(other.org, "admin", both.userId);
  const pages = [
    await page(`?org=${own.org}`, { cookie: both.cookie }),
    await page(`?org=${other.org}`, { cookie: both.cookie }),
  ];
  const signedOut = Date.now();
  await SELF.fetch(`${HOST}/api/auth/sign-out`, {
    method: "POST",
    headers: { cookie: both.cookie, origin: HOST },
  });
  const codes = await Promise.all(pages.map((one) => one.closed));
  expect(codes.map(({ code }) => code)).toEqual([1008, 1008]);
  expect(Date.now() - signedOut).toBeLessThan(1000);
});

test("midnight on an open socket: the new local day's snapshot with the next beat, and its calls from then on", async () => {
  await ingest();
  const watching = await page();
  expect(await watching.next()).toMatchObject({ day: indianDate(), rows: [{ n: 1 }, { n: 1 }] });
  await database().write([
    { sql: "UPDATE session SET expires_at = expires_at + 172800000 WHERE token = ?1", args: [token] },
  ]);
  // The first second of tomorrow in India, which is 5:30 ahead of UTC all year.
  const tomorrow = new Date(Date.now() + 19_800_000 + 86_400_000).toISOString().slice(0, 10);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(`${tomorrow}T00:00:01+05:30`) });
  try {
    expect(await watching.next()).toMatchObject({ type: "snapshot", seq: 1, day: tomorrow, rows: [] });
    await ingest({ started_at: `${tomorrow}T00:00:00+05:30` });
    const start = new Date(`${tomorrow}T00:00:00+05:30`).toISOString();
    const delta = await watching.next();
    expect(delta).toMatchObject({ type: "delta", seq: 2 });
    expect(delta.rows).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ team: "t_01", start, n: 1 }),
        expect.objectContaining({ team: null, start, n: 1 }),
      ]),
    );
    await ingest({ started_at: `${tomorrow}T00:00:00+05:30`, call_id: "c_before", event_id: "e_before" });
    expect((await watching.next()).rows).toEqual(
      expect.arrayContaining([expect.objectContaining({ team: null, start, n: 2 })]),
    );
  } finally {
    vi.useRealTimers();
  }
}, 20_000);

const room = () => env.TEAM_ROOM.get(env.TEAM_ROOM.idFromName(own.org));

test("a room that is put away forgets nothing: who comes back with since gets a snapshot", async () => {
  await ingest();
  await evictDurableObject(room());
  const first = await page("?since=1");
  expect(await first.next()).toMatchObject({ type: "snapshot", seq: 1, rows: [{ n: 1 }, { n: 1 }] });
  await ingest({ team_id: "t_02" });
  expect(await first.next()).toMatchObject({ type: "delta", seq: 2 });
});

test("a room that is begun anew under way: 503 with a time, its sockets end, and nothing is lost or counted twice", async () => {
  const watching = await page();
  await watching.next();
  const call_id = "c_under_way";
  // Nothing is committed while somebody else writes, so the request is under way until then.
  const writing = await openClient(settingsOf(env).database).transaction("write");
  // The client begins with the first statement.
  await writing.execute("SELECT 1");
  let underWay = true;
  const sent = post(call_id).finally(() => {
    underWay = false;
  });
  while (underWay) {
    await runInDurableObject(room(), (_, state) => state.abort("moved")).catch((error: Error) => {
      expect(error.message).toBe("moved");
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await writing.rollback();
  const answer = await sent;
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("1");
  expect(await answer.json()).toMatchObject({ type: "https://callers360.com/problems/unavailable" });
  await watching.closed;
  const again = await post(call_id);
  expect(again.status).toBe(200);
  const { accepted, duplicate } = await again.json<{ accepted: number; duplicate: number }>();
  expect(accepted + duplicate).toBe(1);
  expect((await (await page()).next()).rows).toEqual(
    expect.arrayContaining([expect.objectContaining({ team: null, n: 1 })]),
  );
});

test("no session 401, a foreign Origin 403, no upgrade 426, a plain member 403, an odd since 422", async () => {
  expect((await connect("", { cookie: "" })).status).toBe(401);
  expect((await connect("", { origin: "https://evil.example" })).status).toBe(403);
  expect((await connect("", { origin: "null" })).status).toBe(403);
  expect((await connect("", { cookie: (await newMember(own.org, "member")).cookie })).status).toBe(403);
  expect((await connect("?since=yesterday")).status).toBe(422);
  const plain = await SELF.fetch(`${HOST}/api/v1/live`, { headers: { cookie, origin: HOST } });
  expect(plain.status).toBe(426);
  expect(plain.headers.get("upgrade")).toBe("websocket");
  const byKey = await SELF.fetch(`${HOST}/api/v1/live`, {
    headers: { upgrade: "websocket", authorization: `Bearer ${own.keys.read}` },
  });
  expect(byKey.status).toBe(401);
});

test("two organisations never hear of each other", async () => {
  const other = await newOrganisation();
  const theirs = await page("", { cookie: (await newMember(other.org)).cookie });
  expect(await theirs.next()).toMatchObject({ type: "snapshot", rows: [] });
  await ingest();
  expect(await theirs.next()).toEqual({ type: "beat", seq: 0 });
}, 20_000);
