import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabase } from "../../db/client.ts";
import { cronSocketOf, databaseOf } from "../../local/edge.ts";
import { freePort } from "../../local/port.ts";
import { type Child, ringCron, startDatabase, stopAll } from "../../local/processes.ts";
import { DEMO, SECOND } from "../../local/seed.ts";
import { type Edge, startEdge } from "./place.ts";
import { pause, untilAcknowledged } from "./under-kills.ts";

/** `npm run c360 -- org move` between two local databases, killed again and again, while the product is in use. */

const ROOT = new URL("../../", import.meta.url).pathname;
const FIRST = Date.parse("2026-11-18T00:00:00Z");
const STEPS = ["begun", "prepared", "copied", "caught-up", "closed", "verified", "switched", "open"];
const RANGE = "from=2026-11-17T00:00:00Z&to=2026-11-22T00:00:00Z";

let edge: Edge;
let second: Child;
let own: { url: string; token: string };

beforeAll(async () => {
  edge = await startEdge();
  const port = await freePort();
  const token = edge.place.secrets.database;
  second = await startDatabase({ port, file: edge.place.file("own.db"), token });
  own = { url: `http://127.0.0.1:${port}`, token };
});
afterAll(async () => {
  await stopAll([second]);
  await edge.stop();
});

/** Call `n` lasts `n % 500` seconds. */
function event(n: number) {
  return {
    event_id: `e_${n}`,
    call_id: `c_${n}`,
    revision: 1,
    team_id: `t_${n % 3}`,
    caller_id: `u_${n % 10}`,
    direction: "outbound",
    status: "connected",
    started_at: new Date(FIRST + (n % 4000) * 60_000).toISOString(),
    duration_s: n % 500,
  };
}
const talkOf = (n: number) => n % 500;

const keys = () => edge.credentials.first.keys;

function post(path: string, key: string, body: object): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return untilAcknowledged(() =>
    fetch(edge.url + path, { method: "POST", headers, body: JSON.stringify(body) }),
  );
}

async function summary(key: string): Promise<{ n: number; talk_s: number }> {
  const headers = { authorization: `Bearer ${key}` };
  const path = `${edge.url}/api/v1/metrics/summary?${RANGE}`;
  return (await untilAcknowledged(() => fetch(path, { headers }))).json();
}

/** Runs the command; with `killAt` it is killed as soon as it says that it came so far. */
async function org(args: readonly string[], killAt?: string): Promise<{ code: number | null; out: string }> {
  const { url, token = "" } = databaseOf(edge.place);
  const child = spawn(process.execPath, ["cli/main.ts", "org", ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      DATABASE_URL: url,
      DATABASE_TOKEN: token,
      ORG_DATABASES: "http://127.0.0.1:*",
      ORG_DATABASES_TOKEN: token,
    },
  });
  let out = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      out += text;
      if (killAt !== undefined && out.includes(`${killAt}:`)) child.kill("SIGKILL");
    });
  }
  const [code]: (number | null)[] = await once(child, "close");
  return { code: code ?? null, out };
}

/** What is not counting: orders, hours, zones, the export, each by its own way into the own database. */
async function everythingElseWorks(calls: number): Promise<void> {
  const manage = { authorization: `Bearer ${keys().manage}`, "content-type": "application/json" };
  const ask = async (method: string, path: string, body?: object) => {
    const options = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(edge.url + path, { method, headers: manage, ...options });
    return { status: response.status, body: await response.json() };
  };
  const here = `/api/v1/orgs/${DEMO.org}`;
  const hours = { weekly: [{ weekday: 1, opens: "09:00", closes: "18:00" }], holidays: [] };
  expect((await ask("PUT", `${here}/business-hours`, hours)).status).toBe(200);
  expect((await ask("GET", `${here}/business-hours`)).body).toEqual(hours);
  expect((await ask("PATCH", "/api/v1/retention", { call_months: 48 })).body).toMatchObject({
    call_months: 48,
  });
  expect((await ask("PATCH", here, { time_zone: "Asia/Dubai" })).body).toMatchObject({
    time_zone: "Asia/Dubai",
  });
  const erasure = await ask("POST", "/api/v1/rights/erasures", { kind: "customer", ref: "nobody" });
  expect(erasure.status).toBe(202);
  const job = `/api/v1/rights/erasures/${erasure.body.id}`;
  for (let isOpen = true; isOpen; await pause(50)) isOpen = (await ask("GET", job)).body.state === "open";
  const csv = await fetch(`${edge.url}/api/v1/calls`, {
    headers: { authorization: `Bearer ${keys().read}`, accept: "text/csv" },
  });
  expect((await csv.text()).trimEnd().split("\r\n")).toHaveLength(calls + 1);

  // What the directory has to know of it: the orders at once, the rest with the schedule.
  await ringCron(cronSocketOf(edge.place));
  const [audit, zone] = await openDatabase(databaseOf(edge.place)).read([
    { sql: "SELECT action FROM audit_log WHERE org = ?1 ORDER BY action", args: [DEMO.org] },
    { sql: "SELECT time_zone FROM organization WHERE id = ?1", args: [DEMO.org] },
  ]);
  const actions = audit?.rows.map(({ action }) => action);
  for (const action of [
    "erasure.customer",
    "org.business_hours",
    "org.move",
    "org.time_zone",
    "retention.limits",
  ])
    expect(actions?.filter((one) => one === action)).toEqual([action]);
  expect(zone?.rows[0]?.time_zone).toBe("Asia/Dubai");
}

it("moves under load, killed at every step, without a lost or doubled call", async () => {
  const acknowledged = { n: 0, talk_s: 0 };
  let sent = 0;
  let isMoving = true;
  const write = async (from: number) => {
    for (let n = from; isMoving; n += 50) {
      const numbers = Array.from({ length: 50 }, (_, index) => n + index);
      sent += 50;
      const answer: { accepted: number; duplicate: number } = await (
        await post("/api/v1/calls", keys().ingest, { events: numbers.map(event) })
      ).json();
      expect(answer.accepted + answer.duplicate).toBe(50);
      acknowledged.n += 50;
      acknowledged.talk_s += numbers.reduce((sum, one) => sum + talkOf(one), 0);
    }
  };
  let said = 0;
  const speak = async () => {
    while (isMoving) {
      said += 1;
      const states = [
        { caller_id: "u_1", team_id: "t_1", state: "available", since: new Date().toISOString() },
      ];
      await post("/api/v1/states", keys().ingest, { states });
      await pause(20);
    }
  };
  let reads = 0;
  const read = async () => {
    while (isMoving) {
      // Fresh or nothing: whatever was acknowledged before the question is in its answer.
      const before = acknowledged.n;
      const { n } = await summary(keys().read);
      expect(n).toBeGreaterThanOrEqual(before);
      expect(n).toBeLessThanOrEqual(sent);
      reads += 1;
      await pause(5);
    }
  };
  // The same ids in another organisation.
  const theirs = Array.from({ length: 100 }, (_, n) => event(n));
  await post("/api/v1/calls", edge.credentials.second.keys.ingest, { events: theirs });
  for (let from = 0; from < 5000; from += 1000) {
    const events = Array.from({ length: 1000 }, (_, index) => event(1_000_000 + from + index));
    await post("/api/v1/calls", keys().ingest, { events });
    acknowledged.n += 1000;
    sent += 1000;
    acknowledged.talk_s += events.reduce((sum, { duration_s }) => sum + duration_s, 0);
  }

  const load = Promise.all([write(0), write(100_000), speak(), read(), read()]);
  const move = ["move", DEMO.org, "--to", own.url, "--grace", "11", "--by", "operator"];
  let told = "";
  for (const step of STEPS) {
    // Where the signal comes late the run went further, and so does the next one.
    told += (await org(move, step)).out;
  }
  const done = await org(move);
  isMoving = false;
  await load;
  // Killed after it committed and before it said so, the next run says where it goes on.
  const all = (told + done.out).replaceAll("goes on after it switched", "switched:");
  for (const step of STEPS) expect(all).toContain(`${step}:`);
  expect(done).toMatchObject({ code: 0 });
  expect(done.out).toContain(`The call data of ${DEMO.org} is in ${own.url}.`);
  expect(acknowledged.n).toBeGreaterThan(5000);
  expect(reads).toBeGreaterThan(10);
  expect(said).toBeGreaterThan(10);

  expect(await summary(keys().read)).toMatchObject(acknowledged);
  expect((await org(["where", DEMO.org])).out).toBe(`${own.url}\n`);
  const count = "SELECT count(*) AS n FROM calls WHERE org = ?1";
  const states = "SELECT count(*) AS n FROM caller_state WHERE org = ?1";
  const rows = async (address: typeof own, which: string) => {
    const questions = [count, states].map((sql) => ({ sql, args: [which] }));
    return (await openDatabase(address).read(questions)).map((result) => result.rows[0]?.n);
  };
  const directory = { ...own, url: databaseOf(edge.place).url };
  expect(await rows(own, DEMO.org)).toEqual([acknowledged.n, 1]);
  expect(await rows(directory, DEMO.org)).toEqual([0, 0]);
  expect(await rows(directory, SECOND.org)).toEqual([100, 0]);
  expect(await rows(own, SECOND.org)).toEqual([0, 0]);

  await everythingElseWorks(acknowledged.n);

  // Isolates that know nothing yet, and the room that writes, find it too.
  edge.worker.kill("SIGKILL");
  await edge.restartWorker();
  await post("/api/v1/calls", keys().ingest, { events: [event(2_000_000)] });
  expect(await summary(keys().read)).toMatchObject({ n: acknowledged.n + 1, talk_s: acknowledged.talk_s });
  expect(await summary(edge.credentials.second.keys.read)).toMatchObject({ n: 100 });
  // Without the directory nobody is believed; without their own database nothing is answered.
  second.kill("SIGKILL");
  await second.ended;
  const headers = { authorization: `Bearer ${keys().read}` };
  expect((await fetch(`${edge.url}/api/v1/metrics/summary?${RANGE}`, { headers })).status).toBe(503);
  expect(await summary(edge.credentials.second.keys.read)).toMatchObject({ n: 100 });
}, 300_000);
