import { createHash } from "node:crypto";
import { createReadStream, readFileSync, statSync } from "node:fs";
import * as v from "valibot";
import { type Fault, type MappedRow, type RowMapper, rowMapper } from "./map-row.ts";
import { columnsOf, columnsOfSource, type Mapping, MappingFile } from "./mapping.ts";
import { Misuse } from "./misuse.ts";
import { BEGINNING, type FileRow, type Position, readCsv, readHeadLine } from "./read-csv.ts";
import { readNdjson } from "./read-ndjson.ts";

/** What a line holds: an event for the contract's own rules to judge, or why it is none. */
export type Line = { readonly line: number; readonly end: Position } & MappedRow;

/** A file of calls that can be read from any place between two rows. */
export interface CallsFile {
  readonly path: string;
  readonly bytes: number;
  /** Behind the head line, if there is one. */
  readonly start: Position;
  /** The lines from a place on, some at a time. */
  pieces(from: Position): AsyncGenerator<readonly Line[]>;
  /** The columns that feed a field, for people; empty where a field is not mapped. */
  columnsOfField(field: string): readonly string[];
}

/** The mapping that reads what `GET /api/v1/calls` writes as CSV. */
const OWN_CSV = new URL("../docs/mappings/callers360.json", import.meta.url).pathname;

/**
 * Opens a CSV or NDJSON file (by its name: `.ndjson`, `.jsonl`, otherwise CSV). Without a mapping, NDJSON holds
 * the contract's events and CSV what the product itself exports.
 * @throws Misuse when file, mapping or head line are not what they must be
 */
export async function openCallsFile(path: string, mappingPath: string | undefined): Promise<CallsFile> {
  const bytes = sizeOf(path);
  const ndjson = /\.(ndjson|jsonl)$/i.test(path);
  if (ndjson && mappingPath === undefined) {
    return { path, bytes, start: BEGINNING, pieces: (from) => events(path, from), columnsOfField: () => [] };
  }
  const mapping = readMapping(mappingPath ?? OWN_CSV);
  const columnsOfField = (field: string) => fieldColumns(mapping, field);
  if (ndjson) {
    const columns = columnsOf(mapping);
    const map = rowMapper(mapping, columns);
    return {
      path,
      bytes,
      start: BEGINNING,
      pieces: (from) => objects(path, from, columns, map),
      columnsOfField,
    };
  }
  const delimiter = mapping.delimiter ?? ",";
  const head = await readHeadLine(path, delimiter);
  const missing = columnsOf(mapping).filter((column) => !head.columns.includes(column));
  if (missing.length > 0) {
    throw new Misuse(
      `${path} has no column ${missing.map((name) => `"${name}"`).join(", ")}, which the mapping reads; it has ${head.columns
        .map((name) => `"${name}"`)
        .join(", ")}.`,
    );
  }
  const map = rowMapper(mapping, head.columns);
  return {
    path,
    bytes,
    start: head.end,
    pieces: (from) => cells(path, from, delimiter, head.columns.length, map),
    columnsOfField,
  };
}

/** Lower-case hex of a file's SHA-256. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const block of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(block);
  return hash.digest("hex");
}

/** @throws Misuse naming the field that is wrong */
export function readMapping(path: string): Mapping {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Misuse(
      `The mapping ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  const checked = v.safeParse(MappingFile, value);
  if (checked.success) return checked.output;
  const issues = checked.issues.flatMap((issue) => (issue.issues === undefined ? [issue] : issue.issues));
  throw new Misuse(
    `The mapping ${path} is not right: ${issues
      .map((issue) => `${v.getDotPath(issue) ?? "the file"}: ${issue.message}`)
      .join("; ")}`,
  );
}

async function* events(path: string, from: Position): AsyncGenerator<Line[]> {
  for await (const rows of readNdjson(path, from)) yield rows.map(lineOfEvent);
}

function lineOfEvent(row: FileRow<unknown>): Line {
  if ("unreadable" in row) return unreadable(row);
  if (isObject(row.cells)) return { line: row.line, end: row.end, ok: true, event: row.cells };
  return unreadable({ ...row, unreadable: "is not an object." });
}

async function* objects(
  path: string,
  from: Position,
  columns: readonly string[],
  map: RowMapper,
): AsyncGenerator<Line[]> {
  const lineOf = (row: FileRow<unknown>): Line => {
    if ("unreadable" in row) return unreadable(row);
    const { cells } = row;
    if (!isObject(cells)) return unreadable({ ...row, unreadable: "is not an object." });
    return mapped(
      row,
      columns.map((column) => textOf(cells[column])),
      map,
    );
  };
  for await (const rows of readNdjson(path, from)) yield rows.map(lineOf);
}

async function* cells(
  path: string,
  from: Position,
  delimiter: string,
  width: number,
  map: RowMapper,
): AsyncGenerator<Line[]> {
  const lineOf = (row: FileRow<string[]>): Line => {
    if ("unreadable" in row) return unreadable(row);
    if (row.cells.length < width || row.cells.slice(width).some((cell) => cell !== "")) {
      const detail = `has ${row.cells.length} cells where the head line names ${width}.`;
      return unreadable({ line: row.line, end: row.end, unreadable: detail });
    }
    return mapped(row, row.cells, map);
  };
  for await (const rows of readCsv(path, from, delimiter)) yield rows.map(lineOf);
}

function mapped({ line, end }: FileRow<unknown>, cells: readonly string[], map: RowMapper): Line {
  const row = map(cells, eventIdOf(line));
  return row.ok ? { line, end, ok: true, event: row.event } : { line, end, ok: false, faults: row.faults };
}

function eventIdOf(line: number): string {
  return `line_${line}`;
}

const WHOLE_LINE = "";

function unreadable(row: Extract<FileRow<never>, { unreadable: string }>): Line {
  const fault: Fault = { field: WHOLE_LINE, detail: row.unreadable };
  return { line: row.line, end: row.end, ok: false, faults: [fault] };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value of NDJSON as a cell: text and numbers as they are written, null and missing empty. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function fieldColumns(mapping: Mapping, field: string): readonly string[] {
  const entry = Object.entries(mapping.fields).find(([name]) => name === field)?.[1];
  if (entry === undefined) return [];
  return [...new Set((Array.isArray(entry) ? entry : [entry]).flatMap((source) => columnsOfSource(source)))];
}

function sizeOf(path: string): number {
  try {
    const found = statSync(path);
    if (found.isFile()) return found.size;
  } catch {
    // Whatever the reason, the sentence below says what to do.
  }
  throw new Misuse(`${path} is not a file that can be read.`);
}
