import type { Database } from "../../db/client.ts";
import { readTimeZone, timeZoneOf } from "../accounts/queries.ts";
import { type KeptSince, type RollupDeltas, rollupDeltas } from "../metrics/rollups.ts";
import {
  covers,
  rollupQuestions,
  rollupStatements,
  type StoredRollups,
  storedRollups,
} from "../metrics/write-rollups.ts";
import { type Zone, zoneNamed } from "../metrics/zone.ts";
import type { Call, Change } from "./call.ts";
import { answered, commitFenced, writeWhereOpen } from "./commit.ts";
import { isRefusal, judge, type Refusal, type Verdict } from "./judge.ts";
import {
  callsById,
  countedSince,
  type Head,
  headOf,
  readCalls,
  readHead,
  readRevisions,
  revisionsById,
  writeCalls,
} from "./queries.ts";
import { retentionHorizon } from "./retention-horizon.ts";
import { SeenRevisions } from "./seen-revisions.ts";
import { countRefused, layTombstones } from "./tombstone-queries.ts";
import { Tombstones } from "./tombstones.ts";

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
  readonly #seen = new SeenRevisions();
  #known: Known | null = null;

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
      const { seq, zone, rollups, changes, stripped, verdicts } = await this.#read(events);
      const refused = verdicts.filter(isRefusal).length;
      if (changes.length === 0) {
        if (refused > 0) await writeWhereOpen(this.#database, this.#org, [countRefused(this.#org, refused)]);
        this.#seen.remember(events.filter((_, index) => !isRefusal(verdicts[index] ?? "stale")));
        return { seq, verdicts, changes };
      }
      const statements = [
        writeCalls(this.#org, inKeyOrder(changes)),
        ...rollups,
        ...(stripped.length > 0 ? [layTombstones(this.#org, stripped)] : []),
        ...(refused > 0 ? [countRefused(this.#org, refused)] : []),
      ];
      const batch = { org: this.#org, seq, zone: zone.name, statements };
      if (await commitFenced(this.#database, batch)) {
        this.#seen.remember(changes.map((change) => change.after));
        return { seq: seq + 1, verdicts, changes };
      }
    }
  }

  async #read(events: readonly Call[]) {
    for (;;) {
      const known = this.#known ?? (await this.#readKnown());
      const { zone, since, key } = known;
      // Most calls are new or stay where they were: their rollup rows are known before they are read.
      const fresh = events.filter((event) => !this.#seen.isKnown(event));
      const expected = rollupDeltas(
        fresh.map((after) => ({ before: null, after })),
        zone,
        since,
      );
      const { settled, open } = this.#seen.divide(events);
      const [directory, head, tombstones, calls, revisions, ...rollups] = await this.#database.read([
        timeZoneOf(this.#org),
        headOf(this.#org),
        Tombstones.question(this.#org, key, events),
        callsById(this.#org, open),
        revisionsById(this.#org, settled),
        ...(fresh.length === 0 ? [] : rollupQuestions(this.#org, expected)),
      ]);
      const found = readHead(answered(head));
      if (!isSame(this.#remember(found, readTimeZone(answered(directory))), known)) continue;
      const settledAt = readRevisions(answered(revisions));
      if (!this.#seen.holds(settled, settledAt)) continue;
      const stored = new Map(readCalls(answered(calls)).map((call) => [call.call_id, call]));
      const lying = Tombstones.read(key, answered(tombstones));
      const sifted = sift(events, lying, found, Date.now());
      const judged = judge(
        stored,
        sifted.filter((event) => typeof event !== "string"),
        settledAt,
      );
      const { changes } = judged;
      // Most often exactly what was expected; then it is not counted again.
      const asExpected = changes.length > 0 && isNewCalls(changes, fresh);
      const deltas = asExpected ? expected : rollupDeltas(changes, zone, since);
      const isAsked = asExpected || (fresh.length > 0 && covers(expected, deltas));
      return {
        seq: found?.seq ?? 0,
        zone,
        verdicts: everyVerdict(sifted, judged.verdicts),
        changes,
        stripped: lying.stripped,
        rollups:
          changes.length === 0
            ? []
            : rollupStatements(
                this.#org,
                deltas,
                isAsked ? storedRollups(rollups) : await this.#readRollups(deltas),
              ),
      };
    }
  }

  /** A call that moved away touches rows that only its stored form names. The fence covers this read too. */
  async #readRollups(deltas: RollupDeltas): Promise<StoredRollups> {
    return storedRollups(await this.#database.read(rollupQuestions(this.#org, deltas)));
  }

  async #readKnown(): Promise<Known> {
    const [directory, head] = await this.#database.read([timeZoneOf(this.#org), headOf(this.#org)]);
    return this.#remember(readHead(answered(head)), readTimeZone(answered(directory)));
  }

  #remember(head: Head | null, own: string): Known {
    const name = head?.zone ?? own;
    const zone = zoneNamed(name);
    if (zone === null) throw new Error(`the organisation's time zone ${name} is not known here`);
    this.#known = { zone, since: countedSince(head), key: head?.tombstoneKey ?? null };
    return this.#known;
  }
}

/** What must be known before the batch is read in which it is asked again. */
interface Known {
  readonly zone: Zone;
  readonly since: KeptSince;
  readonly key: Uint8Array | null;
}

function isSame(a: Known, b: Known): boolean {
  // An organisation's key is made once and stays.
  return (
    a.zone === b.zone &&
    a.since.days === b.since.days &&
    a.since.callers === b.since.callers &&
    a.since.weeks === b.since.weeks &&
    a.since.keywords === b.since.keywords &&
    (a.key === null) === (b.key === null)
  );
}

/** Each event as it may be stored, or why it may not. */
function sift(
  events: readonly Call[],
  tombstones: Tombstones,
  head: Head | null,
  now: number,
): (Call | Refusal)[] {
  const oldest = Math.max(retentionHorizon(now, head?.callMonths), head?.callsSince ?? 0);
  return events.map((event) => (event.started_at < oldest ? "too-old" : tombstones.sift(event)));
}

function isNewCalls(changes: readonly Change[], events: readonly Call[]): boolean {
  return (
    changes.length === events.length &&
    changes.every(({ before, after }, index) => before === null && after === events[index])
  );
}

function everyVerdict(sifted: readonly (Call | Refusal)[], judged: readonly Verdict[]): Verdict[] {
  const rest = judged.values();
  return sifted.map((event) => {
    if (typeof event === "string") return event;
    const { value } = rest.next();
    if (value === undefined) throw new Error("every event that may be stored was judged");
    return value;
  });
}

/** New calls side by side in the primary key cost the fewest pages. */
function inKeyOrder(changes: readonly Change[]): Call[] {
  return changes
    .map((change) => change.after)
    .sort((a, b) => (a.call_id < b.call_id ? -1 : a.call_id > b.call_id ? 1 : 0));
}
