import type { ResultSet } from "@libsql/client/web";
import type { Database } from "../../db/client.ts";
import type { Call } from "../calls/call.ts";
import { writeWhereOpen } from "../calls/commit.ts";
import { callsById, readCalls } from "../calls/queries.ts";
import { type CallerState, judgeState, type StateVerdict, type ToldState } from "./caller-state.ts";
import { readStates, statesOfCallers, statesOfOrg, writeStates } from "./queries.ts";

/** A caller's newest word with the end of its call in progress: UTC ms, null while that call has no event. */
export interface KnownState {
  readonly known: CallerState;
  readonly endedAt: number | null;
}

/** An unchanged state that is said again is written down this often, so that it costs little to repeat. */
const RENEWED_MS = 60_000;

/**
 * Stores what is newer than what is known, judged in their order, heard at `now` (UTC ms).
 * @returns one verdict per state, and the callers about whom there is a newer word
 * @throws DatabaseUnavailable when it is unknown whether they are stored: sending them again is safe
 */
export async function storeStates(
  database: Database,
  org: string,
  told: readonly ToldState[],
  now: number,
): Promise<{ verdicts: StateVerdict[]; changed: KnownState[] }> {
  const callers = [...new Set(told.map(({ caller }) => caller))];
  const [found, calls] = await database.read([
    statesOfCallers(org, callers),
    callsById(org, callIdsOf(told)),
  ]);
  const stored = new Map(readStates(answer(found)).map((state) => [state.caller, state]));
  const newest = new Map(stored);
  const verdicts = told.map((state) => {
    const verdict = judgeState(newest.get(state.caller), state);
    if (verdict !== "stale") newest.set(state.caller, { ...state, heard_at: now });
    return verdict;
  });
  const written = [...newest.values()].filter((state) => {
    const before = stored.get(state.caller);
    if (state === before) return false;
    return judgeState(before, state) === "accepted" || now - (before?.heard_at ?? 0) >= RENEWED_MS;
  });
  if (written.length > 0) await writeWhereOpen(database, org, [writeStates(org, written)]);
  return { verdicts, changed: withEnds(written, readCalls(answer(calls))) };
}

/** Every caller's newest word. @throws DatabaseUnavailable */
export async function loadStates(database: Database, org: string): Promise<KnownState[]> {
  const [found] = await database.read([statesOfOrg(org)]);
  const states = readStates(answer(found));
  const ids = callIdsOf(states);
  const [calls] = ids.length === 0 ? [] : await database.read([callsById(org, ids)]);
  return withEnds(states, calls === undefined ? [] : readCalls(calls));
}

/** When a call ended, UTC ms. */
export function endOf(call: Pick<Call, "started_at" | "duration_s">): number {
  return call.started_at + call.duration_s * 1000;
}

function callIdsOf(states: readonly ToldState[]): string[] {
  return [...new Set(states.flatMap(({ call }) => (call === null ? [] : [call.call_id])))];
}

function withEnds(states: readonly CallerState[], calls: readonly Call[]): KnownState[] {
  const ends = new Map(calls.map((call) => [call.call_id, endOf(call)]));
  return states.map((known) => ({
    known,
    endedAt: known.call === null ? null : (ends.get(known.call.call_id) ?? null),
  }));
}

function answer(result: ResultSet | undefined): ResultSet {
  if (result === undefined) throw new Error("the database answered fewer statements than it was asked");
  return result;
}
