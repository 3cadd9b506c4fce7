import { parseArgs } from "node:util";
import type { Call } from "../worker/calls/call.ts";
import { Duck, type DuckQuestion } from "../worker/metrics/fixtures/duck.ts";
import { type Edge, startEdge } from "./product/place.ts";
import { underKills, untilAcknowledged } from "./product/under-kills.ts";

/**
 * `npm run soak:calls -- --kills 50`: kills the built worker and its database in turn under a load of new,
 * repeated, corrected, moved and late calls, and then holds the dashboard's numbers against DuckDB's over
 * what was acknowledged. Needs a build (`npm run build`). Exit code 1 at the first difference.
 */
const { values } = parseArgs({
  options: { kills: { type: "string", default: "50" }, "in-flight": { type: "string", default: "12" } },
});
const KILLS = Number(values.kills);
const IN_FLIGHT = Number(values["in-flight"]);
const EVENTS = 40;
const DAYS = 30;
const DAY_MS = 86_400_000;
const ZONE = "Asia/Kolkata";
/** A midnight in India. */
const END = Date.parse("2026-11-20T18:30:00Z");

const TEAMS = ["t_01", "t_02", "t_03"];
const CALLERS = Array.from({ length: 9 }, (_, index) => `u_0${index}`);
const STATUSES = ["connected", "connected", "connected", "missed", "declined"] as const;
const SENTIMENTS = ["positive", "neutral", "negative", null] as const;

const say = (line: string) => process.stdout.write(`${line}\n`);

function pick<T>(from: readonly [T, ...T[]] | readonly T[]): T {
  const chosen = from[Math.floor(Math.random() * from.length)];
  if (chosen === undefined) throw new Error("nothing to pick from");
  return chosen;
}

let serial = 0;
/** By call id the newest revision that was sent; all that is sent is acknowledged in the end. */
const truth = new Map<string, Call>();

function newCall(callId: string, revision: number): Call {
  const status = pick(STATUSES);
  const score = () => (Math.random() < 0.7 ? Math.floor(Math.random() * 10_001) : null);
  return {
    call_id: callId,
    revision,
    team: pick(TEAMS),
    caller: pick(CALLERS),
    customer_ref: null,
    direction: "outbound",
    status,
    started_at: END - Math.floor(Math.random() * DAYS * DAY_MS),
    duration_s: status === "connected" ? Math.floor(Math.random() ** 3 * 3000) : 0,
    clarity: score(),
    proficiency: score(),
    volume: score(),
    sentiment: pick(SENTIMENTS),
    keywords: null,
  };
}

function eventOf(call: Call): object {
  serial += 1;
  const hundredths = (value: number | null) => (value === null ? null : value / 100);
  return {
    event_id: `e_${serial}`,
    call_id: call.call_id,
    revision: call.revision,
    team_id: call.team,
    caller_id: call.caller,
    direction: call.direction,
    status: call.status,
    started_at: new Date(call.started_at).toISOString(),
    duration_s: call.duration_s,
    analysis: {
      clarity: hundredths(call.clarity),
      proficiency: hundredths(call.proficiency),
      volume: hundredths(call.volume),
      sentiment: call.sentiment,
    },
  };
}

/** New calls, and corrections of calls that other requests under way may be correcting too; one is sent twice. */
function newBatch(): object[] {
  const events = Array.from({ length: EVENTS }, () => {
    const known =
      truth.size === 0 || Math.random() < 0.6
        ? undefined
        : truth.get(`c_${Math.floor(Math.random() * truth.size)}`);
    const call = newCall(known?.call_id ?? `c_${truth.size}`, (known?.revision ?? 0) + 1);
    truth.set(call.call_id, call);
    return eventOf(call);
  });
  return [...events, ...events.slice(0, 1)];
}

async function post(edge: Edge, events: readonly object[]): Promise<void> {
  const response = await untilAcknowledged(() =>
    fetch(`${edge.url}/api/v1/calls`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${edge.credentials.first.keys.ingest}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ events }),
    }),
  );
  const { accepted, duplicate, stale, rejected } = await response.json();
  if (accepted + duplicate + stale !== events.length || rejected.length > 0) {
    throw new Error(`of ${events.length} events not all were judged`);
  }
}

async function summary(
  edge: Edge,
  { from, to, team, caller }: DuckQuestion,
): Promise<Record<string, unknown>> {
  const query = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  if (team !== undefined) query.set("team", team);
  if (caller !== undefined) query.set("caller", caller);
  const response = await fetch(`${edge.url}/api/v1/metrics/summary?${query}`, {
    headers: { authorization: `Bearer ${edge.credentials.first.keys.read}` },
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

function questions(): DuckQuestion[] {
  const whole = { from: END - DAYS * DAY_MS, to: END, zone: ZONE };
  const days = Array.from({ length: DAYS }, (_, day) => ({
    from: END - (day + 1) * DAY_MS,
    to: END - day * DAY_MS,
    zone: ZONE,
  }));
  return [
    whole,
    ...days,
    ...TEAMS.map((team) => ({ ...whole, team })),
    ...CALLERS.map((caller) => ({ ...whole, caller })),
    // Edges inside slots.
    ...days.map(({ from, to }) => ({ from: from + 1_234_567, to: to + 7_654_321, zone: ZONE })),
  ];
}

const EXACT = ["n", "connected", "missed", "declined", "talk_s"];
const MEANS = ["clarity", "proficiency", "volume"];
const PERCENTILES = ["p50", "p90", "p95"];

/** The names of the numbers in which the two differ by more than the contract allows. */
function differences(given: Record<string, unknown>, wanted: Readonly<Record<string, unknown>>): string[] {
  const near = (name: string, ratio: number) => {
    const [a, b] = [given[name], wanted[name]];
    if (a === null || b === null) return a === b;
    return Math.abs(Number(a) - Number(b)) <= Math.abs(Number(b)) * ratio;
  };
  return [
    ...EXACT.filter((name) => given[name] !== wanted[name]),
    ...MEANS.filter((name) => !near(name, 1e-9)),
    ...PERCENTILES.filter((name) => !near(name, 0.01)),
  ];
}

const edge = await startEdge();
try {
  const started = Date.now();
  await underKills(edge, KILLS, (kill) => {
    if (kill % 10 === 0) say(`${kill} of ${KILLS} kills, ${truth.size} calls, ${serial} events`);
    return Array.from({ length: IN_FLIGHT }, () => post(edge, newBatch()));
  });
  const duck = await Duck.open();
  await duck.add([...truth.values()]);
  let wrong = 0;
  const asked = questions();
  for (const question of asked) {
    const found = differences(await summary(edge, question), await duck.summary(question));
    if (found.length === 0) continue;
    wrong += 1;
    say(`differs in ${found.join(", ")}: ${JSON.stringify(question)}`);
  }
  const seconds = Math.round((Date.now() - started) / 1000);
  say(
    `${KILLS} kills in ${seconds} s under ${serial} events of ${truth.size} calls: ${asked.length - wrong} of ${asked.length} answers equal DuckDB's`,
  );
  if (wrong > 0) process.exitCode = 1;
} finally {
  await edge.stop();
}
