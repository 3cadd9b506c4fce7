import type { InValue, ResultSet } from "@libsql/client/web";
import type { Database, Statement } from "../db/client.ts";
import {
  type NativeDatabase,
  type NativeStatement,
  openNative,
  type SqlValue,
} from "../db/dev-server/native.ts";
import { DEMO } from "../local/seed.ts";
import type { Call } from "../worker/calls/call.ts";
import { commitFenced } from "../worker/calls/commit.ts";
import { writeCalls } from "../worker/calls/queries.ts";
import { weekOf } from "../worker/metrics/range.ts";
import { rollupDeltas } from "../worker/metrics/rollups.ts";
import { NOTHING_STORED, rollupStatements } from "../worker/metrics/write-rollups.ts";
import { type Zone, zoneNamed } from "../worker/metrics/zone.ts";
import { callsBefore } from "./calls.ts";

/**
 * `node bench/load-file.ts FILE END COUNT`: writes the calls of `callsBefore` into a database file that nobody else
 * has open, by the product's own statements, a local week in a fenced batch. No rollup row spans two
 * weeks, so none has to be read before it is written.
 */

const ALWAYS = { days: 0, callers: 0, weeks: 0, keywords: 0 };

async function load(file: string, end: number, count: number, zone: Zone): Promise<void> {
  const database = new DataFile(file);
  let seq = 0;
  for (const calls of byWeek(callsBefore(end, count, 5000), zone)) {
    const batch = { org: DEMO.org, seq, zone: zone.name, statements: statementsFor(calls, zone) };
    if (!(await commitFenced(database, batch))) throw new Error("the organisation had calls before");
    seq += 1;
  }
  database.close();
}

function statementsFor(calls: readonly Call[], zone: Zone): Statement[] {
  const changes = calls.map((after) => ({ before: null, after }));
  return [
    writeCalls(DEMO.org, calls),
    ...rollupStatements(DEMO.org, rollupDeltas(changes, zone, ALWAYS), NOTHING_STORED),
  ];
}

/** The data file without a server: nothing else has it open, and what a crash would lose is made again. */
class DataFile implements Database {
  readonly #database: NativeDatabase;
  readonly #prepared = new Map<string, NativeStatement>();

  constructor(file: string) {
    this.#database = openNative(file);
    this.#database.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000");
  }

  read(): Promise<ResultSet[]> {
    throw new Error("the loader only writes");
  }

  async write(statements: readonly Statement[]): Promise<ResultSet[]> {
    this.#database.exec("BEGIN IMMEDIATE");
    for (const statement of statements) this.#run(statement);
    this.#database.exec("COMMIT");
    return [];
  }

  close(): void {
    this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    this.#prepared.clear();
    this.#database.close();
  }

  #run(statement: Statement): void {
    if (typeof statement === "string" || !Array.isArray(statement.args)) {
      throw new Error("the loader's statements have positional arguments");
    }
    const { sql, args } = statement;
    const prepared = this.#prepared.get(sql) ?? this.#database.prepare(sql);
    this.#prepared.set(sql, prepared);
    const rows = prepared.iterate(args.map(bound));
    while (rows.next().done !== true);
  }
}

function bound(value: InValue): SqlValue {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  throw new Error("the loader binds texts and numbers");
}

/** Calls in the order of time, cut where a local week ends. */
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

const [file = "", end = "", count = ""] = process.argv.slice(2);
const zone = zoneNamed("Asia/Kolkata");
if (zone === null) throw new Error("the demo organisation's zone is known");
await load(file, Number(end), Number(count), zone);
