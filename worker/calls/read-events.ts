import * as v from "valibot";
import type { AppContext } from "../http/app-env.ts";
import { check } from "../http/check.ts";
import { decodeJson, readBody, requireMediaType } from "../http/parse.ts";
import { invalid, Problem } from "../http/problem.ts";

export const MAX_EVENTS = 1000;
const MAX_BYTES = 2 * 1024 * 1024;
export const EVENT_MEDIA = ["application/json", "application/x-ndjson"] as const;

/** One event as it came: any JSON value, or a line that is none. */
export type RawEvent = { readonly readable: true; readonly value: unknown } | { readonly readable: false };

const Envelope = v.strictObject({ events: v.array(v.unknown(), "must be an array.") }, "must be an object.");

/**
 * The events of a request's body, in order. In NDJSON a line that cannot be read is one unreadable
 * event; CRLF, empty lines, a byte order mark and a missing last newline are taken.
 * @throws Problem 400 unreadable JSON, 413 too large or too many, 415 other media type, 422 no `events`
 */
export async function readEvents(c: AppContext): Promise<RawEvent[]> {
  const media = requireMediaType(c, EVENT_MEDIA);
  const body = await readBody(c, MAX_BYTES);
  const events = media === "application/json" ? eventsOfJson(body) : eventsOfLines(body);
  if (events.length > MAX_EVENTS) throw tooMany();
  return events;
}

function eventsOfJson(body: Uint8Array): RawEvent[] {
  const envelope = check(Envelope, decodeJson(body));
  if (!envelope.ok) throw invalid(envelope.errors);
  return envelope.value.events.map((value) => ({ readable: true, value }));
}

const NEWLINE = 0x0a;

/** Line by line from the bytes on, so that one line that is not UTF-8 spoils no other. */
export function eventsOfLines(body: Uint8Array): RawEvent[] {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  const events: RawEvent[] = [];
  for (let from = 0; from < body.length; ) {
    const newline = body.indexOf(NEWLINE, from);
    const end = newline === -1 ? body.length : newline;
    const event = eventOfLine(body.subarray(from, end), decoder);
    if (event !== null) events.push(event);
    // Far past the limit the exact number is of no interest.
    if (events.length > MAX_EVENTS) throw tooMany();
    from = end + 1;
  }
  return events;
}

function eventOfLine(line: Uint8Array, decoder: TextDecoder): RawEvent | null {
  try {
    const text = decoder.decode(line);
    return text.trim() === "" ? null : { readable: true, value: JSON.parse(text) };
  } catch {
    return { readable: false };
  }
}

function tooMany(): Problem {
  return new Problem(
    413,
    "too-many-events",
    "Too many events",
    `A request may carry at most ${MAX_EVENTS} events.`,
  );
}
