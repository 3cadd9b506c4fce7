import * as v from "valibot";
import { Identifier } from "../http/fields.ts";
import { check } from "../http/parse.ts";
import type { FieldError } from "../http/problem.ts";
import type { Call } from "./call.ts";
import { CallEvent, callOfEvent } from "./event.ts";
import type { RawEvent } from "./read-events.ts";

/** An event that is not stored: which, and why. Pointers lead into the event. */
export interface Rejection {
  /** Its place in the request, from 0; empty lines do not count. */
  readonly index: number;
  readonly event_id: string | null;
  /** A problem type. */
  readonly type: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];
}

const RETENTION_MONTHS = 36;
const AHEAD_MS = 86_400_000;

/** The oldest start of a call that is still kept: 36 calendar months before `now`, UTC ms. */
export function retentionHorizon(now: number): number {
  const horizon = new Date(now);
  const day = horizon.getUTCDate();
  horizon.setUTCMonth(horizon.getUTCMonth() - RETENTION_MONTHS);
  // 29 February of a leap year has no namesake 3 years before: the month's last day stands for it.
  if (horizon.getUTCDate() !== day) horizon.setUTCDate(0);
  return horizon.getTime();
}

/** Tells the events that may be stored for `org` from those that are rejected, each for its own reason. */
export function admit(
  events: readonly RawEvent[],
  org: string,
  now: number,
): { calls: Call[]; rejected: Rejection[] } {
  const calls: Call[] = [];
  const rejected: Rejection[] = [];
  const oldest = retentionHorizon(now);
  for (const [index, event] of events.entries()) {
    if (!event.readable) {
      rejected.push(rejection(index, null, "unreadable", "This line is not valid JSON in UTF-8.", []));
      continue;
    }
    const checked = check(CallEvent, event.value);
    if (!checked.ok) {
      const detail = `${checked.errors.map(sentence).join(" ")}`;
      rejected.push(rejection(index, eventIdOf(event.value), "invalid", detail, checked.errors));
      continue;
    }
    const refusal = refusalOf(checked.value, org, oldest, now + AHEAD_MS);
    if (refusal === null) calls.push(callOfEvent(checked.value));
    else rejected.push(rejection(index, checked.value.event_id, ...refusal));
  }
  return { calls, rejected };
}

type Refusal = [slug: string, detail: string, errors: FieldError[]];

function refusalOf(
  event: v.InferOutput<typeof CallEvent>,
  org: string,
  oldest: number,
  newest: number,
): Refusal | null {
  if (event.org_id !== undefined && event.org_id !== null && event.org_id !== org) {
    return field("foreign-organisation", "/org_id", "is not the organisation of this key.");
  }
  if (event.started_at < oldest) {
    return field("call-too-old", "/started_at", `is more than ${RETENTION_MONTHS} months ago.`);
  }
  if (event.started_at > newest) {
    return field("call-in-future", "/started_at", "is more than a day in the future.");
  }
  return null;
}

function field(slug: string, pointer: string, detail: string): Refusal {
  return [slug, `${pointer} ${detail}`, [{ pointer, detail }]];
}

function rejection(
  index: number,
  eventId: string | null,
  slug: string,
  detail: string,
  errors: readonly FieldError[],
): Rejection {
  return { index, event_id: eventId, type: `https://callers360.com/problems/${slug}`, detail, errors };
}

const WithEventId = v.object({ event_id: Identifier });

/** Echoed only where it is an id: anything else may be long, or personal. */
function eventIdOf(value: unknown): string | null {
  const known = v.safeParse(WithEventId, value);
  return known.success ? known.output.event_id : null;
}

function sentence(error: FieldError): string {
  const pointer = "pointer" in error ? error.pointer : "";
  return `${pointer === "" ? "The event" : pointer} ${error.detail}`;
}
