import { csvLine } from "../http/csv.ts";
import type { Call } from "./call.ts";
import { type CallView, type Cursor, viewOf } from "./page.ts";

/** Each column's name, and what is in it. */
const COLUMNS: readonly (readonly [name: string, cell: (call: CallView) => string | number | null])[] = [
  ["call_id", (call) => call.call_id],
  ["revision", (call) => call.revision],
  ["team_id", (call) => call.team_id],
  ["caller_id", (call) => call.caller_id],
  ["customer_ref", (call) => call.customer_ref],
  ["direction", (call) => call.direction],
  ["status", (call) => call.status],
  ["started_at", (call) => call.started_at],
  ["duration_s", (call) => call.duration_s],
  ["clarity", ({ analysis }) => analysis?.clarity ?? null],
  ["proficiency", ({ analysis }) => analysis?.proficiency ?? null],
  ["volume", ({ analysis }) => analysis?.volume ?? null],
  ["sentiment", ({ analysis }) => analysis?.sentiment ?? null],
  ["keywords", ({ analysis }) => analysis?.keywords.join("; ") ?? null],
];

/** The calls as CSV with a head line; keywords in one cell, separated by `; `. */
export function callsAsCsv(calls: readonly CallView[]): string {
  return csvLine(COLUMNS.map(([name]) => name)) + calls.map(lineOf).join("");
}

function lineOf(call: CallView): string {
  return csvLine(COLUMNS.map(([, cell]) => cell(call)));
}

/** The calls that follow a cursor; fewer than `PAGE_CALLS` are the last. */
export type ReadPage = (after: Cursor | undefined) => Promise<readonly Call[]>;

/** A page is what is held of an export at any time: below 10 MB with all that is made of it. */
export const PAGE_CALLS = 2000;

/**
 * All calls as CSV, however many. The first page is read before this resolves; each next one when the
 * reader has taken the one before. When a page fails the stream breaks off with its error, so that an answer that is
 * cut short never looks complete.
 */
export async function streamCalls(
  readPage: ReadPage,
  after: Cursor | undefined,
): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder();
  let page = await readPage(after);
  let begun = false;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const last = page.at(-1);
        if (!begun) {
          begun = true;
          controller.enqueue(encoder.encode(callsAsCsv(page.map(viewOf))));
        } else if (last === undefined || page.length < PAGE_CALLS) {
          controller.close();
        } else {
          page = await readPage({ startedAt: last.started_at, callId: last.call_id });
          if (page.length === 0) controller.close();
          else controller.enqueue(encoder.encode(page.map((call) => lineOf(viewOf(call))).join("")));
        }
      },
    },
    { highWaterMark: 0 },
  );
}
