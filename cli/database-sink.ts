import { type DatabaseAddress, DatabaseUnavailable, openDatabase } from "../db/client.ts";
import type { DatabaseGroup } from "../db/places.ts";
import { auditEntry } from "../worker/accounts/audit.ts";
import { timeZoneOf } from "../worker/accounts/queries.ts";
import { admit, refusals } from "../worker/calls/admit.ts";
import type { Call } from "../worker/calls/call.ts";
import { writeWhereOpen } from "../worker/calls/commit.ts";
import { auditOfImport, type ImportRecord } from "../worker/calls/import-record.ts";
import { isRefusal } from "../worker/calls/judge.ts";
import { CallWriter } from "../worker/calls/store-calls.ts";
import type { CallsSink, Event, Taken } from "./calls-sink.ts";
import { Misuse, Unfinished } from "./misuse.ts";
import { TakingTurns } from "./taking-turns.ts";

/**
 * Writes straight into an organisation's database, wherever the directory says it is, by the same verbs and under the same fence as the team
 * room: both may write at once, and whoever loses the fence reads again.
 * @param options.release called when nothing more is written
 * @throws Misuse when the database has no such organisation, Unfinished when it does not answer
 */
export async function openDatabaseSink(
  address: DatabaseAddress,
  org: string,
  options: { name: string; group: DatabaseGroup | null; release: () => Promise<void> },
): Promise<CallsSink> {
  const directory = openDatabase(address, TIMEOUT_MS);
  const [found] = await answered(() => directory.read([timeZoneOf(org)]));
  if (found?.rows.length !== 1) throw new Misuse(`There is no organisation ${org} in ${options.name}.`);
  const database = new TakingTurns(address, org, options.group, TIMEOUT_MS);
  return new DatabaseSink({ org, database, ...options });
}

const TIMEOUT_MS = 30_000;
/** Nobody else can write while a batch commits; a live team must not notice. */
const LONGEST_COMMIT_MS = 700;
const SMALLEST = 1000;
const LARGEST = 20_000;
const ATTEMPTS = 6;

class DatabaseSink implements CallsSink {
  readonly name: string;
  /** One commits while the next is read from the file. */
  readonly batchesUnderWay = 2;
  readonly #org: string;
  readonly #database: TakingTurns;
  readonly #writer: CallWriter;
  readonly #release: () => Promise<void>;
  #size = 5000;
  /** The head behind our last commit. */
  #seq = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: {
    org: string;
    name: string;
    database: TakingTurns;
    release: () => Promise<void>;
  }) {
    this.#org = options.org;
    this.name = options.name;
    this.#database = options.database;
    this.#writer = new CallWriter(options.org, options.database);
    this.#release = options.release;
  }

  batchSize(): number {
    return this.#size;
  }

  async record(upload: ImportRecord): Promise<void> {
    const entry = auditOfImport(upload, this.#org, upload.confirmed_by, Date.now());
    await answered(() => writeWhereOpen(this.#database, this.#org, [auditEntry(entry)]));
  }

  async store(events: readonly Event[]): Promise<Taken> {
    const raw = events.map((value) => ({ readable: true, value }) as const);
    // At once: the batch before is with the database now.
    const admitted = admit(raw, this.#org, Date.now());
    const done = this.#last.then(() => this.#commit(admitted));
    this.#last = done;
    return done;
  }

  async #commit({ calls, sources, rejected }: ReturnType<typeof admit>): Promise<Taken> {
    const started = performance.now();
    const { seq, verdicts, changes } = await answered(() => this.#store(calls));
    const took = performance.now() - started;
    this.#fit(calls.length, took);
    if (changes.length > 0) {
      if (seq === this.#seq + 1) this.#database.alone();
      this.#seq = seq;
    }
    if (this.#database.contended) await new Promise((resolve) => setTimeout(resolve, took));
    const count = (verdict: (typeof verdicts)[number]) => verdicts.filter((one) => one === verdict).length;
    const refused = verdicts.flatMap((why, at) => (isRefusal(why) ? [{ at, why }] : []));
    return {
      accepted: count("accepted"),
      duplicate: count("duplicate"),
      stale: count("stale"),
      rejected: [...rejected, ...refusals(refused, sources)],
    };
  }

  async #store(calls: readonly Call[]) {
    try {
      return await this.#writer.store(calls);
    } finally {
      this.#database.finished();
    }
  }

  /** The next batch should take as long as a batch may, and not change much at once. */
  #fit(events: number, tookMs: number): void {
    const fitting = (events * LONGEST_COMMIT_MS) / Math.max(tookMs, 1);
    const bounded = Math.min(Math.max(fitting, this.#size / 2), this.#size * 2);
    this.#size = Math.round(Math.min(Math.max(bounded, SMALLEST), LARGEST));
  }

  async close(): Promise<void> {
    await this.#release();
  }
}

/** Asks again while the database is away for a moment. @throws Unfinished when it stays away */
async function answered<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      if (attempt === ATTEMPTS) {
        throw new Unfinished(
          "The database does not answer. What was committed stays; run the same command again to go on.",
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** attempt));
    }
  }
}
