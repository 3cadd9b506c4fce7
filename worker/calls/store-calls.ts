import type { ResultSet } from "@libsql/client/web";
import { type Database, DatabaseUnavailable, isLostFence, type Statement } from "../../db/client.ts";
import { readTimeZone, timeZoneOf } from "../accounts/queries.ts";
import { type RollupDeltas, rollupDeltas } from "../metrics/rollups.ts";
import {
  histogramQuestions,
  rollupStatements,
  type StoredHistograms,
  storedHistograms,
} from "../metrics/write-rollups.ts";
import { type Zone, zoneNamed } from "../metrics/zone.ts";
import type { Call, Change } from "./call.ts";
import { judge, type Verdict } from "./judge.ts";
import {
  advanceHead,
  callsById,
  commitAt,
  fence,
  headOf,
  readCalls,
  readCommitId,
  readHead,
  writeCalls,
} from "./queries.ts";

/** What became of a group of events. */
export interface Stored {
  /** The organisation's head afterwards; unchanged when nothing was accepted. */
  readonly seq: number;
  /** One per event, in their order. */
  readonly verdicts: readonly Verdict[];
  /** What was written; empty when nothing was accepted. */
  readonly changes: readonly Change[];
}

/**
 * The writer of one organisation's calls and rollups: one read batch, then one fenced write batch.
 * Whoever else writes at the same time, exactly one of the two commits and the other reads again.
 * It must not be called again before its last answer; the team room queues for it.
 */
export class CallWriter {
  readonly #org: string;
  readonly #database: Database;
  #zone: Zone | null = null;

  constructor(org: string, database: Database) {
    this.#org = org;
    this.#database = database;
  }

  /**
   * Stores what is new among the events. After a lost answer it sends the same bytes again until it
   * knows what became of them, however long that takes.
   * @throws DatabaseUnavailable when the database cannot be read: then nothing was written
   */
  async store(events: readonly Call[]): Promise<Stored> {
    for (;;) {
      const { seq, zone, deltas, histograms, changes, verdicts } = await this.#read(events);
      if (changes.length === 0) return { seq, verdicts, changes };
      const commitId = crypto.randomUUID();
      const statements = [
        fence(this.#org, seq, commitId),
        ...advanceHead(this.#org, seq, zone.name),
        writeCalls(this.#org, inKeyOrder(changes)),
        ...rollupStatements(this.#org, deltas, histograms),
      ];
      if (await this.#commit(statements, seq + 1, commitId)) return { seq: seq + 1, verdicts, changes };
    }
  }

  async #read(events: readonly Call[]) {
    for (;;) {
      const zone = this.#zone ?? (await this.#readZone());
      // Most calls are new or stay where they were: their rollup rows are known before they are read.
      const expected = rollupDeltas(
        events.map((after) => ({ before: null, after })),
        zone,
      );
      const [directory, head, calls, ...histograms] = await this.#database.read([
        timeZoneOf(this.#org),
        headOf(this.#org),
        callsById(this.#org, [...new Set(events.map((event) => event.call_id))]),
        ...histogramQuestions(this.#org, expected),
      ]);
      const found = readHead(answer(head));
      const name = found?.zone ?? readTimeZone(answer(directory));
      if (this.#remember(name) !== zone) continue;
      const stored = new Map(readCalls(answer(calls)).map((call) => [call.call_id, call]));
      const { verdicts, changes } = judge(stored, events);
      const deltas = rollupDeltas(changes, zone);
      const known = storedHistograms(histograms);
      return {
        seq: found?.seq ?? 0,
        zone,
        verdicts,
        changes,
        deltas,
        histograms: covers(expected, deltas) ? known : await this.#readHistograms(deltas),
      };
    }
  }

  /** A call that moved away touches rows that only its stored form names. The fence covers this read too. */
  async #readHistograms(deltas: RollupDeltas): Promise<StoredHistograms> {
    return storedHistograms(await this.#database.read(histogramQuestions(this.#org, deltas)));
  }

  async #readZone(): Promise<Zone> {
    const [directory, head] = await this.#database.read([timeZoneOf(this.#org), headOf(this.#org)]);
    return this.#remember(readHead(answer(head))?.zone ?? readTimeZone(answer(directory)));
  }

  #remember(name: string): Zone {
    const zone = zoneNamed(name);
    if (zone === null) throw new Error(`the organisation's time zone ${name} is not known here`);
    this.#zone = zone;
    return zone;
  }

  /** True when our batch is the one that committed at `seq`, false when another's is. */
  async #commit(statements: readonly Statement[], seq: number, commitId: string): Promise<boolean> {
    let doubtful = false;
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.#database.write(statements);
        return true;
      } catch (error) {
        if (isLostFence(error)) return doubtful && (await this.#isOurs(seq, commitId));
        if (!(error instanceof DatabaseUnavailable)) throw error;
        // Our request may still be under way: only the fence can tell.
        doubtful = true;
        await pause(attempt);
      }
    }
  }

  async #isOurs(seq: number, commitId: string): Promise<boolean> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const [commit] = await this.#database.read([commitAt(this.#org, seq)]);
        return readCommitId(answer(commit)) === commitId;
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable)) throw error;
        await pause(attempt);
      }
    }
  }
}

function answer(result: ResultSet | undefined): ResultSet {
  if (result === undefined) throw new Error("the database answered fewer statements than it was asked");
  return result;
}

/** New calls side by side in the primary key cost the fewest pages. */
function inKeyOrder(changes: readonly Change[]): Call[] {
  return changes
    .map((change) => change.after)
    .sort((a, b) => (a.call_id < b.call_id ? -1 : a.call_id > b.call_id ? 1 : 0));
}

function covers(expected: RollupDeltas, deltas: RollupDeltas): boolean {
  const inside = (of: keyof RollupDeltas) =>
    [...deltas[of]].every(([id, { tally }]) => tally.hist.size === 0 || asked(expected, of, id));
  return inside("slots") && inside("teamDays") && inside("callerDays");
}

/** Only rows with a histogram to change were asked for. */
function asked(expected: RollupDeltas, of: keyof RollupDeltas, id: string): boolean {
  return (expected[of].get(id)?.tally.hist.size ?? 0) > 0;
}

const PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.min(PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS)));
}
