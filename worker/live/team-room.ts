import { DurableObject } from "cloudflare:workers";
import type { ResultSet } from "@libsql/client/web";
import { type Database, DatabaseUnavailable, openDatabase } from "../../db/client.ts";
import { sessionCredential } from "../accounts/identify.ts";
import { mayUse } from "../accounts/principal.ts";
import { readTimeZone, timeZoneOf } from "../accounts/queries.ts";
import type { Call } from "../calls/call.ts";
import { headOf, measuredCalls, readHead, readMeasuredCalls } from "../calls/queries.ts";
import { CallWriter } from "../calls/store-calls.ts";
import { type Env, settingsOf } from "../env.ts";
import { Problem } from "../http/problem.ts";
import { everyTeamsSlots, readSlotCounts } from "../metrics/queries.ts";
import { cut } from "../metrics/range.ts";
import { type Zone, zoneNamed } from "../metrics/zone.ts";
import { Board } from "./board.ts";
import { Watchers } from "./watchers.ts";

/** What became of one request's events; `unavailable` stored nothing that was not stored before, or may still do so: send again. */
export type Ingested =
  | {
      readonly outcome: "stored";
      readonly accepted: number;
      readonly duplicate: number;
      readonly stale: number;
      readonly seq: number;
    }
  | { readonly outcome: "unavailable" };

/** Header names by which the route tells the room whose socket this is; never taken from a client. */
export const ROOM_ORG = "c360-room-org";
export const ROOM_SESSION = "c360-room-session";

interface Waiting {
  readonly calls: readonly Call[];
  readonly answered: PromiseWithResolvers<Ingested>;
}

/** One group's transaction must stay well under a second. */
const GROUP_EVENTS = 5000;
/** Beyond this the room is behind by seconds: refuse at once instead of promising. */
const WAITING_EVENTS = 20_000;
/** Whoever waited this long is told to come again; the commit itself goes on. */
const ANSWER_MS = 25_000;
const DELTA_MS = 500;
const BEAT_MS = 5000;
const SOCKETS = 1000;

/**
 * One per organisation, by its id: the single writer of its calls and the fan-out to its open pages.
 * Nothing here outlives the object that the database does not hold; a second room loses at the fence.
 */
export class TeamRoom extends DurableObject<Env> {
  readonly #database: Database;
  #writer: CallWriter | null = null;
  #zone: Zone | null = null;
  #board: Board | null = null;
  #waiting: Waiting[] = [];
  #waitingEvents = 0;
  /** A Durable Object is no mutex: whatever reads and then acts goes through here, one at a time. */
  #queue: Promise<unknown> = Promise.resolve();
  readonly #watchers = new Watchers(() => this.#stopBeatsWhenAlone());
  #beats: ReturnType<typeof setInterval> | null = null;
  #beating = false;
  #delta: ReturnType<typeof setTimeout> | null = null;
  #deltaAt = 0;
  #toldSeq = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#database = openDatabase(settingsOf(env).database);
  }

  /** Stores one request's events in a group with all that arrive while the commit before is under way. */
  async ingest(org: string, calls: readonly Call[]): Promise<Ingested> {
    if (this.#waitingEvents + calls.length > WAITING_EVENTS) return { outcome: "unavailable" };
    const waiting: Waiting = { calls, answered: Promise.withResolvers() };
    this.#waiting.push(waiting);
    this.#waitingEvents += calls.length;
    if (this.#waiting.length === 1) this.#enqueue(() => this.#commitGroup(org));
    const late = Promise.withResolvers<Ingested>();
    const timer = setTimeout(() => late.resolve({ outcome: "unavailable" }), ANSWER_MS);
    try {
      return await Promise.race([waiting.answered.promise, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #commitGroup(org: string): Promise<void> {
    const group = this.#takeGroup();
    if (this.#waiting.length > 0) this.#enqueue(() => this.#commitGroup(org));
    this.#writer ??= new CallWriter(org, this.#database);
    try {
      const { seq, verdicts, changes } = await this.#writer.store(group.flatMap((one) => one.calls));
      let at = 0;
      for (const { calls, answered } of group) {
        const mine = verdicts.slice(at, at + calls.length);
        at += calls.length;
        const count = (verdict: (typeof mine)[number]) => mine.filter((one) => one === verdict).length;
        answered.resolve({
          outcome: "stored",
          accepted: count("accepted"),
          duplicate: count("duplicate"),
          stale: count("stale"),
          seq,
        });
      }
      this.#moveBoard(org, seq, changes);
    } catch (error) {
      for (const { answered } of group) {
        if (error instanceof DatabaseUnavailable) answered.resolve({ outcome: "unavailable" });
        else answered.reject(error);
      }
    }
  }

  #takeGroup(): Waiting[] {
    let events = 0;
    let size = 0;
    for (const { calls } of this.#waiting) {
      if (size > 0 && events + calls.length > GROUP_EVENTS) break;
      events += calls.length;
      size += 1;
    }
    this.#waitingEvents -= events;
    return this.#waiting.splice(0, size);
  }

  #moveBoard(org: string, seq: number, changes: Parameters<Board["apply"]>[0]): void {
    const board = this.#board;
    if (board === null) return;
    if (changes.length > 0 && board.seq === seq - 1) {
      board.apply(changes, seq);
      this.#scheduleDelta();
    } else if (board.seq !== seq) {
      // Somebody else committed in between: what is shown can only be read again.
      this.#board = null;
      this.#beat(org);
    }
  }

  /** Opens a socket for a page: a snapshot, or with `?since=SEQ` what it missed, and from then on deltas and beats. */
  override async fetch(request: Request): Promise<Response> {
    const org = request.headers.get(ROOM_ORG) ?? "";
    const session = request.headers.get(ROOM_SESSION) ?? "";
    const since = new URL(request.url).searchParams.get("since");
    if (this.#watchers.size >= SOCKETS) return new Response(null, { status: 503 });
    try {
      return await this.#enqueue(() => this.#open(org, session, since));
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return new Response(null, { status: 503 });
      throw error;
    }
  }

  async #open(org: string, session: string, since: string | null): Promise<Response> {
    const board = await this.#freshBoard(org);
    const { 0: client, 1: server } = new WebSocketPair();
    const missed = since !== null && board.remembers(Number(since));
    this.#watchers.seat(server, session, missed ? deltaSince(board, Number(since)) : snapshot(board));
    this.#beats ??= setInterval(() => this.#beat(org), BEAT_MS);
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Asks the database at once who may still watch, after somebody's right to it may have ended. */
  async recheckWatchers(org: string): Promise<void> {
    await this.#enqueue(() => this.#checkAndTell(org));
  }

  /** The board of the present local day; whoever watches gets a snapshot when it had to be read anew. */
  async #freshBoard(org: string): Promise<Board> {
    const known = this.#board;
    if (known !== null && this.#zone?.localDay(Date.now()) === known.day) return known;
    const board = await this.#readBoard(org);
    this.#board = board;
    this.#watchers.tell(snapshot(board));
    this.#toldSeq = board.seq;
    return board;
  }

  async #readBoard(org: string): Promise<Board> {
    let zone = this.#zone ?? (await this.#readZone(org));
    for (;;) {
      const day = zone.localDay(Date.now());
      const pieces = cut([{ from: zone.startOfDay(day), to: zone.startOfDay(day + 1) }], null, true);
      const [, from = 0, to = 0] = pieces.slots[0] ?? [];
      const [directory, head, slots, edges] = await this.#database.read([
        timeZoneOf(org),
        headOf(org),
        everyTeamsSlots(org, { from, to }),
        measuredCalls(org, pieces.calls, {}),
      ]);
      const now = namedZone(readTimeZone(answer(directory)));
      this.#zone = now;
      if (now === zone) {
        const seq = readHead(answer(head))?.seq ?? 0;
        return new Board(zone, day, seq, readSlotCounts(answer(slots)), readMeasuredCalls(answer(edges)));
      }
      zone = now;
    }
  }

  async #readZone(org: string): Promise<Zone> {
    const [directory] = await this.#database.read([timeZoneOf(org)]);
    return namedZone(readTimeZone(answer(directory)));
  }

  #scheduleDelta(): void {
    if (this.#delta !== null || this.#watchers.size === 0) return;
    const wait = Math.max(0, this.#deltaAt + DELTA_MS - Date.now());
    this.#delta = setTimeout(() => {
      this.#delta = null;
      const board = this.#board;
      if (board === null || board.seq === this.#toldSeq) return;
      this.#watchers.tell(deltaSince(board, this.#toldSeq));
      this.#toldSeq = board.seq;
      this.#deltaAt = Date.now();
    }, wait);
  }

  /** Without anybody watching no timer runs, so that the object can be put to sleep. */
  #stopBeatsWhenAlone(): void {
    if (this.#watchers.size > 0) return;
    if (this.#beats !== null) clearInterval(this.#beats);
    this.#beats = null;
  }

  /**
   * Says that what is shown is the head, after the database said so in the same breath as who may
   * still watch. When it does not answer there is no beat, and the pages say that they are stale.
   */
  #beat(org: string): void {
    if (this.#beating) return;
    this.#beating = true;
    this.#enqueue(async () => {
      try {
        await this.#checkAndTell(org);
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable)) throw error;
      } finally {
        this.#beating = false;
      }
    });
  }

  async #checkAndTell(org: string): Promise<void> {
    const sessions = this.#watchers.sessions();
    if (sessions.length === 0) return;
    const credentials = sessions.map((session) => sessionCredential(session, org));
    const [head, ...answers] = await this.#database.read([
      headOf(org),
      ...credentials.map((credential) => credential.question),
    ]);
    const ended = sessions.filter((_, index) => !holds(credentials[index], answers[index]));
    this.#watchers.end(ended);
    const seq = readHead(answer(head))?.seq ?? 0;
    if (this.#board !== null && this.#board.seq !== seq) this.#board = null;
    const before = this.#board;
    const board = await this.#freshBoard(org);
    if (board === before) this.#watchers.tell(JSON.stringify({ type: "beat", seq: board.seq }));
  }

  /** Runs after all that was enqueued before, whether or not that failed. */
  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch((error: unknown) => {
      console.error(JSON.stringify({ level: "error", room: "queue", error: String(error) }));
    });
    return done;
  }
}

function snapshot(board: Board): string {
  const as_of = new Date().toISOString();
  return JSON.stringify({ type: "snapshot", seq: board.seq, as_of, day: board.label, rows: board.rows() });
}

function deltaSince(board: Board, seq: number): string {
  return JSON.stringify({ type: "delta", seq: board.seq, rows: board.changedSince(seq) });
}

function holds(
  credential: ReturnType<typeof sessionCredential> | undefined,
  result: ResultSet | undefined,
): boolean {
  if (credential === undefined) return false;
  try {
    return mayUse(credential.answer(answer(result)), "metrics:read");
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

function namedZone(name: string): Zone {
  const zone = zoneNamed(name);
  if (zone === null) throw new Error(`the organisation's time zone ${name} is not known here`);
  return zone;
}

function answer(result: ResultSet | undefined): ResultSet {
  if (result === undefined) throw new Error("the database answered fewer statements than it was asked");
  return result;
}
