import * as v from "valibot";
import { Identifier, Instant } from "../http/fields.ts";
import { REASONS, STATES, type ToldState } from "./caller-state.ts";

const DIRECTIONS = ["inbound", "outbound"] as const;

/** To valibot a list is an object without fields. */
const NoList = v.check((value: unknown) => !Array.isArray(value), "must be an object.");

/** One caller's state as it is sent. Null and missing are the same. */
export const StateEvent = v.pipe(
  v.unknown(),
  NoList,
  v.strictObject(
    {
      caller_id: Identifier,
      team_id: Identifier,
      state: v.picklist(STATES, `must be ${STATES.join(", ")}.`),
      since: Instant,
      reason: v.nullish(v.picklist(REASONS, `must be ${REASONS.join(", ")} or null.`)),
      call: v.nullish(
        v.pipe(
          v.unknown(),
          NoList,
          v.strictObject(
            {
              call_id: Identifier,
              direction: v.picklist(DIRECTIONS, `must be ${DIRECTIONS.join(" or ")}.`),
              started_at: Instant,
            },
            "must be an object or null.",
          ),
        ),
      ),
    },
    "must be an object.",
  ),
);

/** The state that an event tells of. */
export function stateOfEvent(event: v.InferOutput<typeof StateEvent>): ToldState {
  return {
    caller: event.caller_id,
    team: event.team_id,
    state: event.state,
    since: event.since,
    reason: event.reason ?? null,
    call: event.call ?? null,
  };
}
