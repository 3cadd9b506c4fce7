import type { ResultSet, Row } from "@libsql/client/web";
import type { Statement } from "../../db/client.ts";
import { number, numberOrNull, text, textOrNull } from "../../db/rows.ts";
import { type CallerState, type CallInProgress, REASONS, STATES } from "./caller-state.ts";

const COLUMNS = "caller, team, state, since, reason, call_id, direction, call_started_at, heard_at";

/** The stored states of these callers. */
export function statesOfCallers(org: string, callers: readonly string[]): Statement {
  return {
    sql: `SELECT s.${COLUMNS.replaceAll(", ", ", s.")}
          FROM json_each(?2) k CROSS JOIN caller_state s WHERE s.org = ?1 AND s.caller = k.value`,
    args: [org, JSON.stringify(callers)],
  };
}

/** Everything stored about who does what in the organisation. */
export function statesOfOrg(org: string): Statement {
  return { sql: `SELECT ${COLUMNS} FROM caller_state WHERE org = ?1`, args: [org] };
}

/** @throws TypeError when a row holds a word that the program does not know */
export function readStates(result: ResultSet): CallerState[] {
  return result.rows.map((row) => ({
    caller: text(row, "caller"),
    team: text(row, "team"),
    state: oneOf(STATES, text(row, "state")),
    since: number(row, "since"),
    reason: row.reason === null ? null : oneOf(REASONS, text(row, "reason")),
    call: readCall(row),
    heard_at: number(row, "heard_at"),
  }));
}

function readCall(row: Row): CallInProgress | null {
  const [callId, direction] = [textOrNull(row, "call_id"), textOrNull(row, "direction")];
  const startedAt = numberOrNull(row, "call_started_at");
  if (callId === null || direction === null || startedAt === null) return null;
  return { call_id: callId, direction: oneOf(["inbound", "outbound"], direction), started_at: startedAt };
}

function oneOf<const T extends string>(choices: readonly T[], word: string): T {
  const found = choices.find((choice) => choice === word);
  if (found === undefined) throw new TypeError("a caller's state holds a word that its column does not know");
  return found;
}

/**
 * Writes states over what is older. The condition on the row is the fence: whoever writes at the same
 * time, and in whatever order, the newest word stays.
 */
export function writeStates(org: string, states: readonly CallerState[]): Statement {
  const rows = states.map(({ caller, team, state, since, reason, call, heard_at }) => [
    caller,
    team,
    state,
    since,
    reason,
    call?.call_id ?? null,
    call?.direction ?? null,
    call?.started_at ?? null,
    heard_at,
  ]);
  const values = COLUMNS.split(", ").map((_, index) => `value ->> ${index}`);
  const others = COLUMNS.split(", ").slice(1);
  return {
    sql: `INSERT INTO caller_state (org, ${COLUMNS}) SELECT ?1, ${values.join(", ")} FROM json_each(?2) WHERE true
          ON CONFLICT (org, caller) DO UPDATE SET ${others.map((one) => `${one} = excluded.${one}`).join(", ")}
          WHERE (excluded.since, excluded.heard_at) >= (caller_state.since, caller_state.heard_at)`,
    args: [org, JSON.stringify(rows)],
  };
}

/** Part of a caller's erasure. */
export function forgetCallerState(org: string, caller: string): Statement {
  return { sql: "DELETE FROM caller_state WHERE org = ?1 AND caller = ?2", args: [org, caller] };
}

/** Removes what nobody has confirmed since `before` (UTC ms), of every organisation that is written in this database. */
export function deleteStatesHeardBefore(before: number): Statement {
  return {
    sql: `DELETE FROM caller_state WHERE heard_at < ?1 AND org NOT IN (SELECT org FROM org_closed)`,
    args: [before],
  };
}
