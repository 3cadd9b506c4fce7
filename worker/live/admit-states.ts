import * as v from "valibot";
import { check } from "../http/check.ts";
import { Identifier } from "../http/fields.ts";
import type { FieldError } from "../http/problem.ts";
import type { ToldState } from "./caller-state.ts";
import { StateEvent, stateOfEvent } from "./state-event.ts";

/** A state that is not taken: which, and why. Pointers lead into it. */
export interface StateRejection {
  /** Its place in the request, from 0. */
  readonly index: number;
  readonly caller_id: string | null;
  /** A problem type. */
  readonly type: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];
}

/** Clocks differ; but a state from far ahead would outlast every true one until then. */
const AHEAD_MS = 5 * 60_000;
/** Whatever began earlier is a wrong unit or a wrong clock. */
const BEFORE_MS = 7 * 86_400_000;

/** Tells the states that may be stored from those that are rejected, each for its own reason. */
export function admitStates(
  events: readonly unknown[],
  now: number,
): { states: ToldState[]; rejected: StateRejection[] } {
  const states: ToldState[] = [];
  const rejected: StateRejection[] = [];
  for (const [index, event] of events.entries()) {
    const checked = check(StateEvent, event);
    const [slug, errors] = checked.ok ? refusalOf(checked.value, now) : ["invalid", checked.errors];
    if (checked.ok && errors.length === 0) {
      states.push(stateOfEvent(checked.value));
      continue;
    }
    rejected.push({
      index,
      caller_id: callerIdOf(event),
      type: `https://callers360.com/problems/${slug}`,
      detail: errors.map(sentence).join(" "),
      errors,
    });
  }
  return { states, rejected };
}

function refusalOf(
  event: v.InferOutput<typeof StateEvent>,
  now: number,
): [slug: string, errors: readonly FieldError[]] {
  if (event.since > now + AHEAD_MS) return at("state-in-future", "/since", "is more than 5 minutes ahead.");
  if (event.since < now - BEFORE_MS) return at("state-too-old", "/since", "is more than 7 days ago.");
  if (event.state !== "paused" && event.reason) return at("invalid", "/reason", "is of paused alone.");
  if (event.state !== "on_call" && event.call) return at("invalid", "/call", "is of on_call alone.");
  return ["", []];
}

function at(slug: string, pointer: string, detail: string): [string, FieldError[]] {
  return [slug, [{ pointer, detail }]];
}

const WithCallerId = v.object({ caller_id: Identifier });

/** Echoed only where it is an id: anything else may be long, or personal. */
function callerIdOf(value: unknown): string | null {
  const known = v.safeParse(WithCallerId, value);
  return known.success ? known.output.caller_id : null;
}

function sentence(error: FieldError): string {
  const pointer = "pointer" in error ? error.pointer : "";
  return `${pointer === "" ? "The state" : pointer} ${error.detail}`;
}
