import type { Call } from "../calls/call.ts";
import type { Order } from "../calls/orders.ts";
import { packCalls } from "../calls/stored-call.ts";
import type { Env } from "../env.ts";
import { unavailable } from "../http/problem.ts";
import type { ToldState } from "./caller-state.ts";
import { reached } from "./reach.ts";
import {
  type Ingested,
  type Maintained,
  ROOM_ORG,
  ROOM_SESSION,
  type StatesTaken,
  type TeamRoom,
} from "./team-room.ts";

/**
 * Hands one request's events to the organisation's room.
 * @throws Problem 503 when it is unknown whether they are stored: sending them again is safe
 */
export async function ingest(
  env: Env,
  org: string,
  calls: readonly Call[],
): Promise<Extract<Ingested, { outcome: "stored" }>> {
  const ingested = await reached(
    async (): Promise<Ingested> => roomOf(env, org).ingest(org, packCalls(calls)),
  );
  if (ingested.outcome === "unavailable") throw unavailable();
  return ingested;
}

/** Hands one request's states to the organisation's room. @throws Problem 503 as for calls */
export async function setStates(
  env: Env,
  org: string,
  states: readonly ToldState[],
): Promise<Extract<StatesTaken, { outcome: "stored" }>> {
  const taken = await reached(async (): Promise<StatesTaken> => roomOf(env, org).setStates(org, states));
  if (taken.outcome === "unavailable") throw unavailable();
  return taken;
}

/**
 * Hands an order about an organisation's stored calls to its room.
 * @returns what `carryOut` does
 * @throws Problem 503 when it is unknown whether it was carried out
 */
export async function maintain(env: Env, org: string, order: Order): Promise<string | null> {
  const maintained = await reached(async (): Promise<Maintained> => roomOf(env, org).maintain(org, order));
  if (maintained.outcome === "unavailable") throw unavailable();
  return maintained.result;
}

/** The answer that opens a page's socket; `session` is the token of who watches. @throws Problem 503 */
export async function openSocket(
  env: Env,
  org: string,
  session: string,
  since: string | undefined,
): Promise<Response> {
  const address = new URL("https://team-room/");
  if (since !== undefined) address.searchParams.set("since", since);
  const headers = { upgrade: "websocket", [ROOM_ORG]: org, [ROOM_SESSION]: session };
  const answer = await reached(() => roomOf(env, org).fetch(address, { headers }));
  if (answer.status !== 101) throw unavailable("The live board cannot be opened now. Try again shortly.");
  return answer;
}

/**
 * Closes the sockets of everybody who may no longer watch, at once instead of with the next beat: to be
 * called after a session ended, a member left or a role changed. A room that cannot be reached does the
 * same by itself within its next beat, so its failure is logged and is no failure of what was done.
 */
export async function recheckWatchers(env: Env, org: string): Promise<void> {
  try {
    await roomOf(env, org).recheckWatchers(org);
  } catch (error) {
    console.error(JSON.stringify({ level: "error", room: "recheck", error: String(error) }));
  }
}

function roomOf(env: Env, org: string): DurableObjectStub<TeamRoom> {
  return env.TEAM_ROOM.get(env.TEAM_ROOM.idFromName(org));
}
