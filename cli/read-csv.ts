import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { type CsvError, type Parser, parse } from "csv-parse";
import { bytesOfBlock } from "./bytes-of-block.ts";
import { Misuse } from "./misuse.ts";

/** A place between two rows: bytes before it, and lines. */
export interface Position {
  readonly offset: number;
  readonly line: number;
}

export const BEGINNING: Position = { offset: 0, line: 0 };

/** One row of a file with the line it begins on and the place behind it; or why it cannot be read. */
export type FileRow<T> =
  | { readonly line: number; readonly end: Position; readonly cells: T }
  | { readonly line: number; readonly end: Position; readonly unreadable: string };

/** A quote that is never closed would otherwise swallow the rest of the file before anybody is told. */
const LONGEST_ROW = 64 * 1024;
const BLOCK = 256 * 1024;
const BYTE_ORDER_MARK = "\ufeff";

/** The head line's names and the place behind it. @throws Misuse when there is none */
export async function readHeadLine(
  file: string,
  delimiter: string,
): Promise<{ columns: string[]; end: Position }> {
  for await (const [row] of readCsv(file, BEGINNING, delimiter)) {
    if (row === undefined || "unreadable" in row) break;
    const columns = row.cells.map((name) => name.trim());
    const twice = columns.find((name, index) => name !== "" && columns.indexOf(name) !== index);
    if (twice !== undefined) throw new Misuse(`The head line of ${file} has the column "${twice}" twice.`);
    return { columns, end: row.end };
  }
  throw new Misuse(`${file} does not begin with a head line that names its columns.`);
}

/**
 * The rows of a CSV file from a place on, some at a time. A line that is no CSV is one unreadable row and
 * reading goes on behind it: what its quotes would do to the lines below is not done.
 */
export async function* readCsv(
  file: string,
  from: Position,
  delimiter: string,
): AsyncGenerator<readonly FileRow<string[]>[]> {
  const handle = await open(file);
  try {
    let at = from;
    for (;;) {
      const block = await nextBlock(handle, at.offset);
      if (block === null) return;
      const until = at.offset + block.length;
      if (isPlain(block)) {
        const rows = [...plainRows(block, at, delimiter)];
        if (rows.length > 0) yield rows;
        at = behind(block, at);
      } else {
        let last = at;
        for await (const row of parsedRows(file, at, delimiter)) {
          yield [row];
          last = row.end;
          if (last.offset >= until) break;
        }
        // Nothing but empty lines was left.
        if (last === at) return;
        at = last;
      }
    }
  } finally {
    await handle.close();
  }
}

/** Whole lines of the next block, or all of it where it holds no end of a line; null at the end of the file. */
async function nextBlock(handle: FileHandle, offset: number): Promise<Buffer | null> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(BLOCK), 0, BLOCK, offset);
  if (bytesRead === 0) return null;
  const newline = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE);
  return buffer.subarray(0, bytesRead < BLOCK || newline === -1 ? bytesRead : newline + 1);
}

/** Without a quote a line's cells are what stands between its delimiters, which is ten times as fast to read. */
function isPlain(block: Buffer): boolean {
  return !block.includes(QUOTE) && block.includes(NEWLINE);
}

function* plainRows(block: Buffer, from: Position, delimiter: string): Generator<FileRow<string[]>> {
  const text = block.toString("utf8");
  const ascii = text.length === block.length;
  let { offset, line } = from;
  const marked = offset === 0 && text.startsWith(BYTE_ORDER_MARK);
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const stop = newline === -1 ? text.length : newline + 1;
    const end = newline === -1 ? stop : newline;
    const row = text.slice(
      marked && start === 0 ? BYTE_ORDER_MARK.length : start,
      text[end - 1] === "\r" ? end - 1 : end,
    );
    offset += ascii ? stop - start : Buffer.byteLength(text.slice(start, stop));
    line += 1;
    start = stop;
    if (row !== "") yield { line, end: { offset, line }, cells: row.split(delimiter) };
  }
}

function behind(block: Buffer, from: Position): Position {
  let lines = block.at(-1) === NEWLINE ? 0 : 1;
  for (let at = block.indexOf(NEWLINE); at !== -1; at = block.indexOf(NEWLINE, at + 1)) lines += 1;
  return { offset: from.offset + block.length, line: from.line + lines };
}

async function* parsedRows(
  file: string,
  from: Position,
  delimiter: string,
): AsyncGenerator<FileRow<string[]>> {
  let at = from;
  for (;;) {
    const base = at;
    const input = createReadStream(file, { start: base.offset, highWaterMark: BLOCK });
    const parser = parse({
      delimiter,
      bom: base.offset === 0,
      info: true,
      relax_column_count: true,
      record_delimiter: ["\r\n", "\n"],
      skip_empty_lines: true,
      skip_records_with_error: true,
      max_record_size: LONGEST_ROW,
    });
    const broken = firstError(parser);
    input.on("error", (error) => parser.destroy(error));
    input.pipe(parser);
    let lines = 0;
    let doubled = 0;
    for await (const { record, info } of rowsOf(parser)) {
      // What comes behind a broken row was read under its quotes.
      if (broken.at !== null && info.bytes > broken.at) break;
      let inside = 0;
      if (info.lines - lines > 1) {
        inside = count(record, "\n");
        // The parser counts a CRLF inside quotes as two lines.
        doubled += count(record, "\r\n");
      }
      lines = info.lines;
      at = { offset: base.offset + info.bytes, line: base.line + lines - doubled };
      yield { line: at.line - inside, end: at, cells: record };
    }
    input.destroy();
    if (broken.at === null) return;
    const next = await skipLine(file, at);
    if (next === null) return;
    yield { line: next.end.line, end: next.end, unreadable: broken.reason };
    at = next.end;
  }
}

interface ParsedRow {
  readonly record: string[];
  readonly info: { readonly bytes: number; readonly lines: number };
}

/** The named boundary of what `info: true` without column names makes of each row. */
function rowsOf(parser: Parser): AsyncIterable<ParsedRow> {
  return parser as AsyncIterable<ParsedRow>;
}

/** Where the last good row before the first broken one ended, and what was wrong. */
function firstError(parser: Parser): { at: number | null; reason: string } {
  const found: { at: number | null; reason: string } = { at: null, reason: "" };
  parser.on("skip", (error: CsvError) => {
    if (found.at !== null) return;
    found.at = parser.info.bytes_records;
    found.reason = REASONS[error.code] ?? "is not CSV.";
  });
  return found;
}

const REASONS: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: "has text behind a closing quote.",
  INVALID_OPENING_QUOTE: "has a quote inside a cell that does not begin with one.",
  CSV_QUOTE_NOT_CLOSED: "opens a quote that is never closed.",
  CSV_MAX_RECORD_SIZE: `is longer than ${LONGEST_ROW} bytes, or opens a quote that is never closed.`,
};

function count(cells: readonly string[], what: string): number {
  return cells.reduce((sum, cell) => sum + cell.split(what).length - 1, 0);
}

/** The place behind the next line that is not empty, or null at the end of the file. */
async function skipLine(file: string, from: Position): Promise<{ end: Position } | null> {
  let { offset, line } = from;
  let empty = true;
  for await (const block of createReadStream(file, { start: from.offset, highWaterMark: 4096 })) {
    for (const byte of bytesOfBlock(block)) {
      offset += 1;
      if (byte === NEWLINE) {
        line += 1;
        if (!empty) return { end: { offset, line } };
      } else if (byte !== RETURN) empty = false;
    }
  }
  return empty ? null : { end: { offset, line: line + 1 } };
}

const QUOTE = 0x22;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
