import type { Call } from "./call.ts";
import { type Cell, cellRows, numberAt, numberOrNullAt, textAt, textOrNullAt } from "./packed-rows.ts";

/** A call's fields, each at its place among packed cells and among the columns of `calls` after `org`. */
const AT = {
  call_id: 0,
  revision: 1,
  team: 2,
  caller: 3,
  customer_ref: 4,
  direction: 5,
  status: 6,
  started_at: 7,
  duration_s: 8,
  clarity: 9,
  proficiency: 10,
  volume: 11,
  sentiment: 12,
  keywords: 13,
} as const satisfies Record<keyof Call, number>;

const FIELDS = Object.keys(AT).filter((name): name is keyof Call => name in AT);

/** The columns of `calls` after `org`, in the order in which calls are packed and unpacked. */
export const CALL_COLUMNS: readonly string[] = FIELDS.map((field) => (field === "revision" ? "rev" : field));

/** A call's cells in the order of `CALL_COLUMNS`. */
export function cellsOf(call: Call): Cell[] {
  return FIELDS.map((field) => call[field]);
}

/** @throws TypeError when a cell is not what the column holds */
export function callOf(row: readonly Cell[]): Call {
  return {
    call_id: textAt(row, AT.call_id),
    revision: numberAt(row, AT.revision),
    team: textAt(row, AT.team),
    caller: textAt(row, AT.caller),
    customer_ref: textOrNullAt(row, AT.customer_ref),
    direction: oneOf(DIRECTIONS, textAt(row, AT.direction)),
    status: oneOf(STATUSES, textAt(row, AT.status)),
    started_at: numberAt(row, AT.started_at),
    duration_s: numberAt(row, AT.duration_s),
    clarity: numberOrNullAt(row, AT.clarity),
    proficiency: numberOrNullAt(row, AT.proficiency),
    volume: numberOrNullAt(row, AT.volume),
    sentiment: sentimentOf(textOrNullAt(row, AT.sentiment)),
    keywords: textOrNullAt(row, AT.keywords),
  };
}

/** Calls as one text: to hand it to another object takes a third of what its fields would take one by one. */
export function packCalls(calls: readonly Call[]): string {
  return JSON.stringify(calls.map(cellsOf));
}

/** The calls of `packCalls`. @throws TypeError when the text is anything else */
export function unpackCalls(packed: string): Call[] {
  return cellRows(packed).map(callOf);
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
