import { DurableObject } from "cloudflare:workers";
import type { ResultSet } from "@libsql/client/web";
import { DatabaseUnavailable } from "../../db/client.ts";
import { openPlaces, type Places } from "../../db/places.ts";
import { sessionCredential } from "../accounts/identify.ts";
import { mayUse } from "../accounts/principal.ts";
import { readTimeZone, timeZoneOf } from "../accounts/queries.ts";
import { TenantDatabase } from "../accounts/tenant-database.ts";
import type { Call } from "../calls/call.ts";
import { isRefusal, type Refusal } from "../calls/judge.ts";
import type { Order } from "../calls/orders.ts";
import { headOf, measuredCalls, readHead, readMeasuredCalls } from "../calls/queries.ts";
import { CallWriter } from "../calls/store-calls.ts";
import { unpackCalls } from "../calls/stored-call.ts";
import { type Env, settingsOf } from "../env.ts";
import { Problem } from "../http/problem.ts";
import { everyTeamsSlots, readSlotCounts } from "../metrics/queries.ts";
import { cut } from "../metrics/range.ts";
import { type Zone, zoneNamed } from "../metrics/zone.ts";
import { Board } from "./board.ts";
import { CallerBoard } from "./caller-board.ts";
import type { ToldState } from "./caller-state.ts";
import { GroupCommit } from "./group-commit.ts";
import { loadStates, storeStates } from "./store-states.ts";
import { Watchers } from "./watchers.ts";

/** What became of one request's events; `unavailable` stored nothing that was not stored before, or may still do so: send again. */
export type Ingested =
  | {
      readonly outcome: "stored";
      readonly accepted: number;
      readonly duplicate: number;
      readonly stale: number;
      /** Events of calls that are no longer kept, by their place among the calls. */
      readonly refused: readonly { readonly at: number; readonly why: Refusal }[];
      readonly seq: number;
    }
  | { readonly outcome: "unavailable" };

/** What became of one request's states; `unavailable` as for calls. */
export type StatesTaken =
  | {
      readonly outcome: "stored";
      readonly accepted: number;
      readonly duplicate: number;
      readonly stale: number;
    }
  | { readonly outcome: "unavailable" };

/** What became of an order; `unavailable` may still be done: ask before sending it again. */
export type Maintained =
  | { readonly outcome: "done"; readonly result: string | null }
  | { readonly outcome: "unavailable" };

/** Header names by which the route tells the room whose socket this is; never taken from a client. */
export const ROOM_ORG = "c360-room-org";
export const ROOM_SESSION = "c360-room-session";

const DELTA_MS = 500;
const BEAT_MS = 5000;
const SOCKETS = 1000;
/** Whoever waited this long for an order is told to come again; the order itself goes on. */
const ORDER_MS = 25_000;
/** So long one alarm works on jobs before it sets the next. */
const ALARM_MS = 10_000;
const JOBS_OF = "organisation with open jobs";

/**
 * One per organisation, by its id: the single writer of its calls and the fan-out to its open pages.
 * Nothing here outlives the object that the database does not hold; a second room loses at the fence.
 */
export class TeamRoom extends DurableObject<Env> {
  readonly #places: Places;
  #tenant: TenantDatabase | null = null;
  #writer: CallWriter | null = null;
  #zone: Zone | null = null;
  #board: Board | null = null;
  #callers = new CallerBoard([], 0);
  /** A Durable Object is no mutex: whatever reads and then acts goes through here, one at a time. */
  #queue: Promise<unknown> = Promise.resolve();
  readonly #calls = new GroupCommit({
    enqueue: (commit) => this.#enqueue(commit),
    commit: (org, calls: readonly Call[]) => this.#commitCalls(org, calls),
  });
  readonly #states = new GroupCommit({
    enqueue: (commit) => this.#enqueue(commit),
    commit: (org, states: readonly ToldState[]) => this.#commitStates(org, states),
  });
  readonly #watchers = new Watchers(() => this.#stopBeatsWhenAlone());
  #beats: ReturnType<typeof setInterval> | null = null;
  #beating = false;
  #delta: ReturnType<typeof setTimeout> | null = null;
  #deltaAt = 0;
  #toldSeq = 0;
  #toldChanges = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { database, orgDatabases } = settingsOf(env);
    this.#places = openPlaces(database, orgDatabases);
  }

  /** The organisation's database, wherever it is. */
  #at(org: string): TenantDatabase {
    this.#tenant ??= new TenantDatabase(this.#places, org);
    return this.#tenant;
  }

  /** Stores one request's calls (`packCalls`) in a group with all that arrive while the commit before is under way. */
  async ingest(org: string, packed: string): Promise<Ingested> {
    const answer = await this.#calls.add(org, unpackCalls(packed));
    if (answer.outcome === "unavailable") return answer;
    const { verdicts, result: seq } = answer;
    const refused = verdicts.flatMap((verdict, at) => (isRefusal(verdict) ? [{ at, why: verdict }] : []));
    return { outcome: "stored", ...tally(verdicts), refused, seq };
  }

  async #commitCalls(org: string, calls: readonly Call[]) {
    this.#writer ??= new CallWriter(org, this.#at(org));
    const { seq, verdicts, changes } = await this.#writer.store(calls);
    this.#moveBoard(org, seq, changes);
    return { verdicts, result: seq };
  }

  /** Takes the newest words about callers, in a group like the events of calls. */
  async setStates(org: string, states: readonly ToldState[]): Promise<StatesTaken> {
    const answer = await this.#states.add(org, states);
    return answer.outcome === "unavailable" ? answer : { outcome: "stored", ...tally(answer.verdicts) };
  }

  async #commitStates(org: string, told: readonly ToldState[]) {
    const now = Date.now();
    try {
      const { verdicts, changed } = await storeStates(this.#at(org), org, told, now);
      if (this.#board !== null) {
        this.#callers.apply(changed, now);
        this.#scheduleDelta();
      }
      return { verdicts, result: null };
    } catch (error) {
      // Nobody knows what is stored now: what is shown can only be read again.
      this.#board = null;
      this.#beat(org);
      throw error;
    }
  }

  #moveBoard(org: string, seq: number, changes: Parameters<Board["apply"]>[0]): void {
    const board = this.#board;
    if (board === null) return;
    if (changes.length > 0 && board.seq === seq - 1) {
      board.apply(changes, seq);
      this.#callers.end(changes, Date.now());
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
    const first = missed
      ? deltaSince(board, Number(since), this.#callers, 0)
      : snapshot(board, this.#callers);
    this.#watchers.seat(server, session, first);
    this.#beats ??= setInterval(() => this.#beat(org), BEAT_MS);
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Carries out an order about the stored calls, behind all that waits before it; its job goes on by alarms. */
  async maintain(org: string, order: Order): Promise<Maintained> {
    const { carryOut } = await import("../calls/orders.ts");
    const late = Promise.withResolvers<Maintained>();
    const timer = setTimeout(() => late.resolve({ outcome: "unavailable" }), ORDER_MS);
    try {
      const done = this.#enqueue(async (): Promise<Maintained> => {
        const result = await carryOut(this.#at(org), org, order, Date.now());
        await this.#tellDirectory(org);
        // Should the object be lost before this, the schedule finds the job.
        if (result !== null || order.kind === "continue") await this.#goOn(org);
        return { outcome: "done", result };
      });
      return await Promise.race([done, late.promise]);
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return { outcome: "unavailable" };
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** What waits for the directory in another database; should it not get there now, the schedule takes it. */
  async #tellDirectory(org: string): Promise<void> {
    try {
      const place = await this.#at(org).where();
      if (place === null) return;
      const { tellDirectory } = await import("../accounts/tell-directory.ts");
      await tellDirectory(this.#places, place);
    } catch (error) {
      console.error(JSON.stringify({ level: "error", room: "directory", error: String(error) }));
    }
  }

  async #goOn(org: string): Promise<void> {
    await this.ctx.storage.put(JOBS_OF, org);
    await this.ctx.storage.setAlarm(Date.now());
  }

  /** Goes on with the open jobs, one chunk at a time between the commits of new calls. */
  override async alarm(): Promise<void> {
    const org = await this.ctx.storage.get<string>(JOBS_OF);
    if (org === undefined) return;
    const { ChunkSize, runNextChunk } = await import("../calls/jobs.ts");
    const size = new ChunkSize();
    const until = Date.now() + ALARM_MS;
    for (let more = true; more && Date.now() < until; ) {
      more = await this.#enqueue(async () => {
        const begun = Date.now();
        const found = await runNextChunk(this.#at(org), org, begun, size.calls);
        size.fit(Date.now() - begun);
        return found;
      });
      if (!more) return;
    }
    await this.#goOn(org);
  }

  /** Asks the database at once who may still watch, after somebody's right to it may have ended. */
  async recheckWatchers(org: string): Promise<void> {
    await this.#enqueue(() => this.#checkAndTell(org));
  }

  /** The board of the present local day; whoever watches gets a snapshot when it had to be read anew. */
  async #freshBoard(org: string): Promise<Board> {
    const known = this.#board;
    if (known !== null && this.#zone?.localDay(Date.now()) === known.day) {
      this.#callers.expire(Date.now());
      return known;
    }
    const board = await this.#readBoard(org);
    this.#callers = new CallerBoard(await loadStates(this.#at(org), org), Date.now());
    this.#board = board;
    this.#watchers.tell(snapshot(board, this.#callers));
    this.#told(board);
    return board;
  }

  async #readBoard(org: string): Promise<Board> {
    let zone = this.#zone ?? (await this.#readZone(org));
    for (;;) {
      const day = zone.localDay(Date.now());
      const pieces = cut([{ from: zone.startOfDay(day), to: zone.startOfDay(day + 1) }], null, true);
      const [, from = 0, to = 0] = pieces.slots[0] ?? [];
      const [directory, head, slots, edges] = await this.#at(org).read([
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
    const [directory] = await this.#at(org).read([timeZoneOf(org)]);
    return namedZone(readTimeZone(answer(directory)));
  }

  #scheduleDelta(): void {
    if (this.#delta !== null || this.#watchers.size === 0) return;
    const wait = Math.max(0, this.#deltaAt + DELTA_MS - Date.now());
    this.#delta = setTimeout(() => {
      this.#delta = null;
      const board = this.#board;
      if (board === null) return;
      if (board.seq === this.#toldSeq && this.#callers.changes === this.#toldChanges) return;
      this.#watchers.tell(deltaSince(board, this.#toldSeq, this.#callers, this.#toldChanges));
      this.#told(board);
      this.#deltaAt = Date.now();
    }, wait);
  }

  #told(board: Board): void {
    this.#toldSeq = board.seq;
    this.#toldChanges = this.#callers.changes;
  }

  /** Without anybody watching no timer runs, so that the object can be put to sleep. */
  #stopBeatsWhenAlone(): void {
    if (this.#watchers.size > 0) return;
    if (this.#beats !== null) clearInterval(this.#beats);
    this.#beats = null;
  }

  /**
   * Says that what is shown is the head, after the databases said so and who may still watch. When one does not answer there is no beat, and the pages say that they are stale.
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
    const [[head], answers] = await Promise.all([
      this.#at(org).read([headOf(org)]),
      this.#places.directory.read(credentials.map((credential) => credential.question)),
    ]);
    const ended = sessions.filter((_, index) => !holds(credentials[index], answers[index]));
    this.#watchers.end(ended);
    const seq = readHead(answer(head))?.seq ?? 0;
    if (this.#board !== null && this.#board.seq !== seq) this.#board = null;
    const before = this.#board;
    const board = await this.#freshBoard(org);
    this.#scheduleDelta();
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

function snapshot(board: Board, callers: CallerBoard): string {
  const as_of = new Date().toISOString();
  const { seq, label: day } = board;
  return JSON.stringify({ type: "snapshot", seq, as_of, day, rows: board.rows(), states: callers.rows() });
}

/** `states` is left out where none changed, so that a page that knows of none reads what it always read. */
function deltaSince(board: Board, seq: number, callers: CallerBoard, changes: number): string {
  const states = callers.changedSince(changes);
  return JSON.stringify({
    type: "delta",
    seq: board.seq,
    rows: board.changedSince(seq),
    ...(states.length === 0 ? {} : { states }),
  });
}

function tally(verdicts: readonly string[]): { accepted: number; duplicate: number; stale: number } {
  const count = (wanted: string) => verdicts.filter((verdict) => verdict === wanted).length;
  return { accepted: count("accepted"), duplicate: count("duplicate"), stale: count("stale") };
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
