import * as v from "valibot";
import { check } from "../http/check.ts";
import { Identifier } from "../http/fields.ts";
import type { FieldError } from "../http/problem.ts";
import type { Call } from "./call.ts";
import { CallEvent, callOfEvent } from "./event.ts";
import type { Refusal } from "./judge.ts";
import type { RawEvent } from "./read-events.ts";
import { MOST_MONTHS, retentionHorizon } from "./retention-horizon.ts";

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

const AHEAD_MS = 86_400_000;

/** Where an admitted call came from. */
export type Source = Pick<Rejection, "index" | "event_id">;

/**
 * Tells the events that may be stored for `org` from those that are rejected, each for its own reason.
 * How long the organisation keeps calls, and which it removed, only the writer knows.
 * @returns `sources` has one entry for each of `calls`
 */
export function admit(
  events: readonly RawEvent[],
  org: string,
  now: number,
): { calls: Call[]; sources: Source[]; rejected: Rejection[] } {
  const calls: Call[] = [];
  const sources: Source[] = [];
  const rejected: Rejection[] = [];
  const oldest = retentionHorizon(now, MOST_MONTHS);
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
    if (refusal === null) {
      calls.push(callOfEvent(checked.value));
      sources.push({ index, event_id: checked.value.event_id });
    } else {
      rejected.push(rejection(index, checked.value.event_id, ...refusal));
    }
  }
  return { calls, sources, rejected };
}

/** What the writer refused, as rejections beside those of `admit`; `at` counts among the admitted calls. */
export function refusals(
  refused: readonly { readonly at: number; readonly why: Refusal }[],
  sources: readonly Source[],
): Rejection[] {
  return refused.map(({ at, why }) => {
    const source = sources[at];
    if (source === undefined) throw new Error("every admitted call has a source");
    return rejection(source.index, source.event_id, ...REFUSED[why]);
  });
}

const REFUSED: Record<Refusal, FieldRefusal> = {
  "too-old": field("call-too-old", "/started_at", "is before the time for which calls are kept."),
  gone: field("call-removed", "/call_id", "is of a call that was removed; it does not come back."),
};

type FieldRefusal = [slug: string, detail: string, errors: FieldError[]];

function refusalOf(
  event: v.InferOutput<typeof CallEvent>,
  org: string,
  oldest: number,
  newest: number,
): FieldRefusal | null {
  if (event.org_id !== undefined && event.org_id !== null && event.org_id !== org) {
    return field("foreign-organisation", "/org_id", "is not the organisation of this key.");
  }
  if (event.started_at < oldest) {
    return field("call-too-old", "/started_at", `is more than ${MOST_MONTHS} months ago.`);
  }
  if (event.started_at > newest) {
    return field("call-in-future", "/started_at", "is more than a day in the future.");
  }
  return null;
}

function field(slug: string, pointer: string, detail: string): FieldRefusal {
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
