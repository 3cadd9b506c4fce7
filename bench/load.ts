import { type Database, openDatabase } from "../db/client.ts";
import { databaseOf } from "../local/edge.ts";
import { DEMO } from "../local/seed.ts";
import type { Edge } from "../tests/product/place.ts";
import type { Call } from "../worker/calls/call.ts";
import { commitFenced } from "../worker/calls/commit.ts";
import { writeCalls } from "../worker/calls/queries.ts";
import type { Duck } from "../worker/metrics/fixtures/duck.ts";
import { weekOf } from "../worker/metrics/range.ts";
import { rollupDeltas } from "../worker/metrics/rollups.ts";
import { NOTHING_STORED, rollupStatements } from "../worker/metrics/write-rollups.ts";
import { type Zone, zoneNamed } from "../worker/metrics/zone.ts";
import { callsBefore } from "./calls.ts";

const ALWAYS = { days: 0, callers: 0, weeks: 0 };
const PATIENCE_MS = 120_000;

/**
 * Loads two years of calls into an empty organisation and into DuckDB: by the product's own statements, a local
 * week in a fenced batch. No rollup row spans two weeks, so none has to be read before it is written.
 */
export async function loadCalls(
  { place }: Edge,
  duck: Duck,
  { end, count, say }: { end: number; count: number; say: (line: string) => void },
): Promise<void> {
  const database = openDatabase(databaseOf(place), PATIENCE_MS);
  const zone = zoneNamed("Asia/Kolkata");
  if (zone === null) throw new Error("the demo organisation's zone is known");
  const started = performance.now();
  const tell = (loaded: number) =>
    say(
      `${loaded.toLocaleString("en-IN")} calls loaded, ${Math.round((loaded / (performance.now() - started)) * 1000)}/s`,
    );
  let loaded = 0;
  let told = 0;
  let seq = 0;
  let under: Promise<unknown> = Promise.resolve();
  for (const calls of byWeek(callsBefore(end, count, 5000), zone)) {
    const statements = statementsFor(calls, zone);
    await duck.add(calls);
    await under;
    under = commit(database, seq, zone, statements);
    seq += 1;
    loaded += calls.length;
    if (loaded - told < 500_000) continue;
    told = loaded;
    tell(loaded);
  }
  await under;
  tell(loaded);
}

function statementsFor(calls: readonly Call[], zone: Zone) {
  const changes = calls.map((after) => ({ before: null, after }));
  return [
    writeCalls(DEMO.org, calls),
    ...rollupStatements(DEMO.org, rollupDeltas(changes, zone, ALWAYS), NOTHING_STORED),
  ];
}

async function commit(
  database: Database,
  seq: number,
  zone: Zone,
  statements: ReturnType<typeof statementsFor>,
): Promise<void> {
  if (!(await commitFenced(database, { org: DEMO.org, seq, zone: zone.name, statements }))) {
    throw new Error("somebody else writes into the bench's database");
  }
}

/** Pieces in the order of time, cut where a local week ends. */
function* byWeek(pieces: Iterable<readonly Call[]>, zone: Zone): Generator<Call[]> {
  let week: number | null = null;
  let calls: Call[] = [];
  for (const call of flat(pieces)) {
    const own = weekOf(zone.localDay(call.started_at));
    if (week !== null && own !== week) {
      yield calls;
      calls = [];
    }
    week = own;
    calls.push(call);
  }
  if (calls.length > 0) yield calls;
}

function* flat<T>(pieces: Iterable<readonly T[]>): Generator<T> {
  for (const piece of pieces) yield* piece;
}
