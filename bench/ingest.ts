import { readFileSync } from "node:fs";
import { openDatabase } from "../db/client.ts";
import { databaseOf } from "../local/edge.ts";
import { DEMO } from "../local/seed.ts";
import type { Edge } from "../tests/product/place.ts";
import type { Call } from "../worker/calls/call.ts";
import { writeCalls } from "../worker/calls/queries.ts";
import { CallWriter } from "../worker/calls/store-calls.ts";
import { callAt, DAYS, eventOf, randomFrom } from "./calls.ts";
import { askAll, Client, median } from "./client.ts";

const BATCH = 100;
const CONNECTIONS = 8;
const ROUNDS = 3;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** When the calls of a stream began: in the last hour, or any time in two years. */
type Spread = "the last hour" | "two years";

interface Options {
  /** The local midnight before which the loaded calls lie, UTC ms. */
  readonly end: number;
  readonly events: number;
  say(line: string): void;
}

/**
 * Events over HTTP in batches of 100 over 8 connections: new ones, then the same again; and what the
 * rollups cost at the database, against the same rows written into `calls` alone. Best read as ratios.
 */
export async function measureIngest(edge: Edge, options: Options): Promise<void> {
  const { say, events } = options;
  say(
    `| ingest, batch ${BATCH}, ${CONNECTIONS} connections | new | again | again / new | goal | processor new, again |`,
  );
  say("|---|---|---|---|---|---|");
  for (const spread of ["the last hour", "two years"] as const) {
    const rounds: { fresh: Spent; again: Spent }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const bodies = bodiesOf(calls(spread, `${spread.length}${round}`, options));
      rounds.push({ fresh: await post(edge, bodies), again: await post(edge, bodies) });
    }
    const fresh = median(rounds.map((round) => (events / round.fresh.wall) * 1000));
    const again = median(rounds.map((round) => (events / round.again.wall) * 1000));
    const each = (what: "fresh" | "again") =>
      `${((median(rounds.map((round) => round[what].processor)) / events) * 1000).toFixed(0)} µs`;
    say(
      `| calls of ${spread} | ${Math.round(fresh)}/s | ${Math.round(again)}/s | ${(again / fresh).toFixed(1)}× | ≥ 5000/s, ≥ 4× | ${each("fresh")}, ${each("again")} |`,
    );
  }
  say(`\n| at the database, batch ${BATCH}, one writer | calls alone | with rollups | ratio | goal |`);
  say("|---|---|---|---|---|");
  for (const spread of ["the last hour", "two years"] as const) {
    const rounds: { alone: number; whole: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const name = `${spread.length}${round}`;
      rounds.push({
        alone: await write(edge, calls(spread, `a${name}`, options), "calls alone"),
        whole: await write(edge, calls(spread, `w${name}`, options), "with rollups"),
      });
    }
    const alone = median(rounds.map((round) => round.alone));
    const whole = median(rounds.map((round) => round.whole));
    const each = (ms: number) => `${((ms / events) * 1000).toFixed(0)} µs`;
    say(`| calls of ${spread} | ${each(alone)} | ${each(whole)} | ${(whole / alone).toFixed(2)}× | ≤ 3× |`);
  }
}

function calls(spread: Spread, name: string, { end, events }: Options): Call[] {
  const random = randomFrom(name.length + events);
  const [from, length] =
    spread === "two years" ? [end - DAYS * DAY_MS, DAYS * DAY_MS] : [Date.now() - HOUR_MS, HOUR_MS];
  return Array.from({ length: events }, (_, index) => {
    // A live stream comes in the order of time, a corrected history does not.
    const share = spread === "two years" ? random() : index / events;
    return callAt(Math.floor(from + share * length), `n_${name}_${String(index).padStart(6, "0")}`, random);
  });
}

function bodiesOf(all: readonly Call[]): Buffer[] {
  return batchesOf(all).map((batch) => Buffer.from(JSON.stringify({ events: batch.map(eventOf) })));
}

function batchesOf(all: readonly Call[]): Call[][] {
  return Array.from({ length: Math.ceil(all.length / BATCH) }, (_, index) =>
    all.slice(index * BATCH, (index + 1) * BATCH),
  );
}

/** Milliseconds: until the last answer, and of processor in worker and database, which a busy machine changes less. */
interface Spent {
  readonly wall: number;
  readonly processor: number;
}

async function post(edge: Edge, bodies: readonly Buffer[]): Promise<Spent> {
  const client = new Client(edge.url, CONNECTIONS);
  const headers = { authorization: `Bearer ${edge.credentials.first.keys.ingest}` };
  const questions = bodies.map((body) => ({ method: "POST", path: "/api/v1/calls", headers, body }) as const);
  const before = processorOf(edge.worker.pid) + processorOf(edge.database.pid);
  const seconds = await askAll(client, questions, CONNECTIONS);
  client.close();
  const after = processorOf(edge.worker.pid) + processorOf(edge.database.pid);
  return { wall: seconds * 1000, processor: after - before };
}

const TICK_MS = 10;

/** Milliseconds of processor that a process has used, by Linux' own count (proc(5), utime and stime). */
function processorOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** @returns ms until the last commit */
async function write(
  edge: Edge,
  all: readonly Call[],
  what: "calls alone" | "with rollups",
): Promise<number> {
  const database = openDatabase(databaseOf(edge.place));
  const writer = new CallWriter(DEMO.org, database);
  const started = performance.now();
  for (const batch of batchesOf(all)) {
    if (what === "with rollups") await writer.store(batch);
    else await database.write([writeCalls(DEMO.org, batch)]);
  }
  return performance.now() - started;
}
