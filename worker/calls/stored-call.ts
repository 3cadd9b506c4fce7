import type { Call } from "./call.ts";
import { type Cell, numberAt, numberOrNullAt, textAt, textOrNullAt } from "./packed-rows.ts";

/** The columns of `calls` after `org`, in the order in which calls are packed and unpacked. */
export const CALL_COLUMNS = [
  "call_id",
  "rev",
  "team",
  "caller",
  "customer_ref",
  "direction",
  "status",
  "started_at",
  "duration_s",
  "clarity",
  "proficiency",
  "volume",
  "sentiment",
  "keywords",
] as const;

/** A call's cells in the order of `CALL_COLUMNS`. */
export function cellsOf(call: Call): Cell[] {
  return [
    call.call_id,
    call.revision,
    call.team,
    call.caller,
    call.customer_ref,
    call.direction,
    call.status,
    call.started_at,
    call.duration_s,
    call.clarity,
    call.proficiency,
    call.volume,
    call.sentiment,
    call.keywords,
  ];
}

/** @throws TypeError when a cell is not what the column holds */
export function callOf(row: readonly Cell[]): Call {
  return {
    call_id: textAt(row, 0),
    revision: numberAt(row, 1),
    team: textAt(row, 2),
    caller: textAt(row, 3),
    customer_ref: textOrNullAt(row, 4),
    direction: oneOf(DIRECTIONS, textAt(row, 5)),
    status: oneOf(STATUSES, textAt(row, 6)),
    started_at: numberAt(row, 7),
    duration_s: numberAt(row, 8),
    clarity: numberOrNullAt(row, 9),
    proficiency: numberOrNullAt(row, 10),
    volume: numberOrNullAt(row, 11),
    sentiment: sentimentOf(textOrNullAt(row, 12)),
    keywords: textOrNullAt(row, 13),
  };
}

export const DIRECTIONS = ["inbound", "outbound"] as const;
export const STATUSES = ["connected", "missed", "declined"] as const;
export const SENTIMENTS = ["positive", "neutral", "negative"] as const;

export function statusOf(text: string): Call["status"] {
  return oneOf(STATUSES, text);
}

export function sentimentOf(text: string | null): Call["sentiment"] {
  return text === null ? null : oneOf(SENTIMENTS, text);
}

function oneOf<const T extends string>(choices: readonly T[], text: string): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw new TypeError("a call holds a word that its column does not know");
  return found;
}
