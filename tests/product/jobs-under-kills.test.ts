import { afterAll, beforeAll, expect, it } from "vitest";
import { cronSocketOf } from "../../local/edge.ts";
import { ringCron } from "../../local/processes.ts";
import { DEMO } from "../../local/seed.ts";
import { type Edge, startEdge } from "./place.ts";
import { killOne, pause, untilAcknowledged } from "./under-kills.ts";

const CALLS = 6000;
const LAST_DAY = Date.parse("2026-11-20T00:00:00Z");
const DAY = 86_400_000;

let edge: Edge;

beforeAll(async () => {
  edge = await startEdge();
});

afterAll(() => edge.stop());

interface Event {
  readonly call_id: string;
  readonly team_id: string;
  readonly caller_id: string;
  readonly customer_ref: string;
  readonly started_at: string;
  readonly duration_s: number;
}

/** Half of them are the caller's who will be erased. */
const events: readonly Event[] = Array.from({ length: CALLS }, (_, index) => ({
  event_id: `e_${index}`,
  call_id: `c_${index}`,
  revision: 1,
  team_id: `t_${index % 3}`,
  caller_id: index % 2 === 0 ? "u_gone" : `u_${index % 5}`,
  customer_ref: `cust_${index % 7}`,
  direction: "outbound",
  status: "connected",
  // Spread over 20 days and all their hours.
  started_at: new Date(LAST_DAY - ((index * 7919) % (20 * 1440)) * 60_000).toISOString(),
  duration_s: 10 + (index % 1000),
  analysis: { keywords: ["price"] },
}));

type Fields = Record<string, unknown>;

function request(method: string, path: string, key: string, body?: unknown): Promise<Response> {
  return untilAcknowledged(() =>
    fetch(edge.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
}

const keys = () => edge.credentials.first.keys;

async function get(path: string): Promise<Fields> {
  return (await request("GET", path, keys().manage)).json();
}

/** Kills worker and database in turn until the job says that it is done; the schedule wakes it each time. */
async function killUntilDone(path: string, isDone: (body: Fields) => boolean): Promise<number> {
  for (let kill = 0; kill < 60; kill += 1) {
    if (isDone(await get(path))) return kill;
    if (kill < 12) {
      await pause(Math.random() * 120);
      await killOne(edge, kill);
    } else {
      await pause(200);
    }
    await ringCron(cronSocketOf(edge.place)).catch(() => undefined);
  }
  throw new Error("the job was never done");
}

/** Calls and talk time of the calls chosen, by hand. */
function numbersOf(chosen: readonly Event[]): Fields {
  return { n: chosen.length, talk_s: chosen.reduce((sum, event) => sum + event.duration_s, 0) };
}

async function summary(from: number, to: number, more = ""): Promise<Fields> {
  const range = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  return (await request("GET", `/api/v1/metrics/summary?${range}${more}`, keys().read)).json();
}

it("a caller's removal, a customer's erasure and a change of zone survive being killed at any moment", async () => {
  for (let at = 0; at < CALLS; at += 1000) {
    await request("POST", "/api/v1/calls", keys().ingest, { events: events.slice(at, at + 1000) });
  }
  const begun = async (order: Fields): Promise<string> => {
    const answer: Fields = await (
      await request("POST", "/api/v1/rights/erasures", keys().manage, order)
    ).json();
    return `/api/v1/rights/erasures/${answer.id}`;
  };
  const isDone = ({ state }: Fields) => state === "done";
  const caller = await begun({ kind: "caller", ref: "u_gone", mode: "remove" });
  let kills = await killUntilDone(caller, isDone);
  const customer = await begun({ kind: "customer", ref: "cust_1" });
  kills += await killUntilDone(customer, isDone);
  const org = `/api/v1/orgs/${DEMO.org}`;
  await request("PATCH", org, keys().manage, { time_zone: "Australia/Adelaide" });
  kills += await killUntilDone(org, ({ rebuild }) => isDone(Object(rebuild)));
  expect(kills).toBeGreaterThan(3);

  const left = events.filter((event) => event.caller_id !== "u_gone");
  const all = [LAST_DAY - 30 * DAY, LAST_DAY + DAY] as const;
  expect(await summary(...all)).toMatchObject(numbersOf(left));
  for (const team of ["t_0", "t_1", "t_2"]) {
    const theirs = left.filter((event) => event.team_id === team);
    expect(await summary(...all, `&team=${team}`)).toMatchObject(numbersOf(theirs));
  }
  // Whole days of Adelaide, ten and a half hours before UTC in summer.
  for (let day = 0; day < 20; day += 4) {
    const from = LAST_DAY - day * DAY - 10.5 * 3_600_000;
    const inside = left.filter(({ started_at }) => {
      const at = Date.parse(started_at);
      return from <= at && at < from + DAY;
    });
    expect(await summary(from, from + DAY)).toMatchObject(numbersOf(inside));
    const theirs = inside.filter((event) => event.caller_id === "u_3");
    expect(await summary(from, from + DAY, "&caller=u_3")).toMatchObject(numbersOf(theirs));
  }
  // A late correction brings nobody back.
  const late = { ...events[0], revision: 2 };
  const answer = await request("POST", "/api/v1/calls", keys().ingest, { events: [late] });
  expect(await answer.json()).toMatchObject({ accepted: 0, rejected: [{ event_id: "e_0" }] });
  const list: { calls: Fields[] } = await (
    await request("GET", "/api/v1/calls?limit=1000", keys().read)
  ).json();
  expect(list.calls.length).toBe(1000);
  for (const call of list.calls) expect([call.caller_id, call.customer_ref]).not.toContain("u_gone");
  expect(list.calls.map((call) => call.customer_ref)).not.toContain("cust_1");
});
