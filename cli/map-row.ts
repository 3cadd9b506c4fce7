import { createHash } from "node:crypto";
import { type Zone, zoneNamed } from "../worker/metrics/zone.ts";
import { type DateOrder, localInstant } from "./local-time.ts";
import { columnsOfSource, type Mapping, type Source } from "./mapping.ts";
import { writtenDuration } from "./written-duration.ts";

/** Why a field of a row cannot be used. */
export interface Fault {
  readonly field: string;
  readonly detail: string;
}

/** A row as a call event of the contract, or every reason why it is none. */
export type MappedRow =
  | { readonly ok: true; readonly event: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** A row's cells, in the order of the columns that the mapper was made for. */
export type Row = readonly string[];

/** @param eventId names the event; the row has no name for it */
export type RowMapper = (row: Row, eventId: string) => MappedRow;

/** What a field's reader found: its value, nothing, or why not. */
type Found = { readonly value: unknown } | { readonly fault: string } | null;
type Reader = (row: Row) => Found;

/**
 * Turns rows into events. The contract's own rules are judged afterwards, where every event is judged.
 * @param columns the file's columns; every one that the mapping names must be among them
 */
export function rowMapper(mapping: Mapping, columns: readonly string[]): RowMapper {
  const cell = cellReader(columns, mapping.spreadsheet_guard === true);
  const { fields } = mapping;
  const text = (of: Source | Source[]) => textReader(Array.isArray(of) ? of : [of], cell);
  const readers: [field: string, required: boolean, reader: Reader][] = [
    ["call_id", true, text(fields.call_id)],
    ["team_id", true, text(fields.team_id)],
    ["caller_id", true, text(fields.caller_id)],
    ["direction", true, text(fields.direction)],
    ["status", true, text(fields.status)],
    ["started_at", true, timeReader(fields.started_at, cell)],
    ["duration_s", true, durationReader(fields.duration_s, cell)],
  ];
  if (fields.revision !== undefined)
    readers.push(["revision", true, numberReader(fields.revision.column, cell)]);
  if (fields.customer_ref !== undefined) readers.push(["customer_ref", false, text(fields.customer_ref)]);
  const analysis: [field: string, required: boolean, reader: Reader][] = [];
  for (const score of ["clarity", "proficiency", "volume"] as const) {
    const source = fields[score];
    if (source !== undefined) analysis.push([score, false, numberReader(source.column, cell)]);
  }
  if (fields.sentiment !== undefined) analysis.push(["sentiment", false, text(fields.sentiment)]);
  if (fields.keywords !== undefined) {
    analysis.push(["keywords", false, keywordReader(fields.keywords, cell)]);
  }

  return (row, eventId) => {
    const faults: Fault[] = [];
    const event: Record<string, unknown> = { event_id: eventId, revision: 1 };
    read(readers, row, event, faults);
    if (analysis.length > 0) {
      const found = {};
      read(analysis, row, found, faults);
      event.analysis = Object.keys(found).length === 0 ? null : found;
    }
    return faults.length === 0 ? { ok: true, event } : { ok: false, faults };
  };
}

function read(
  readers: readonly [string, boolean, Reader][],
  row: Row,
  into: Record<string, unknown>,
  faults: Fault[],
): void {
  for (const [field, required, reader] of readers) {
    const found = reader(row);
    if (found === null) {
      if (required) faults.push({ field, detail: "is empty." });
    } else if ("fault" in found) faults.push({ field, detail: found.fault });
    else into[field] = found.value;
  }
}

type Cell = (column: string) => (row: Row) => string;

function cellReader(columns: readonly string[], guarded: boolean): Cell {
  return (column) => {
    const index = columns.indexOf(column);
    if (guarded) return (row) => (row[index] ?? "").trim().replace(/^'(?=[=+\-@])/, "");
    return (row) => (row[index] ?? "").trim();
  };
}

/** The cells of one or more columns, joined by a space; empty when all are. */
function joined(columns: readonly string[], cell: Cell): (row: Row) => string {
  const cells = columns.map(cell);
  const [only] = cells;
  if (cells.length === 1 && only !== undefined) return only;
  return (row) =>
    cells
      .map((one) => one(row))
      .join(" ")
      .trim();
}

function textReader(sources: readonly Source[], cell: Cell): Reader {
  const readers = sources.map((source) => sourceReader(source, cell));
  return (row) => {
    for (const reader of readers) {
      const found = reader(row);
      if (found !== null) return found;
    }
    return null;
  };
}

function sourceReader(source: Source, cell: Cell): Reader {
  const { value, when, words, others = "reject", as = "text", empty } = source;
  const read = value === undefined ? joined(columnsOfSource(source), cell) : () => value;
  const meanings =
    words === undefined ? null : new Map(Object.entries(words).map(([k, to]) => [folded(k), to]));
  const condition = when === undefined ? null : cell(when.column);
  const wanted = new Set(when?.is.map(folded));
  return (row) => {
    if (condition !== null && !wanted.has(folded(condition(row)))) return null;
    const text = read(row);
    if (text === "") return empty === undefined ? null : { value: empty };
    if (meanings === null) return formed(text, as);
    const meaning = meanings.get(folded(text));
    if (meaning !== undefined) return { value: meaning };
    return others === "keep" ? formed(text, as) : { fault: "holds a word that the mapping does not know." };
  };
}

function folded(text: string): string {
  return text.trim().toLowerCase();
}

function formed(text: string, as: NonNullable<Source["as"]>): Found {
  switch (as) {
    case "text":
      return { value: text };
    case "digits": {
      const digits = text.replace(/\D/g, "");
      return digits === "" ? { fault: "holds no digit." } : { value: digits };
    }
    case "slug": {
      const slug = knownSlug(text);
      return slug === ""
        ? { fault: "holds no letter or digit of A to Z to make a name of." }
        : { value: slug };
    }
    case "hash":
      return { value: createHash("sha256").update(text).digest("base64url").slice(0, 22) };
  }
}

const slugs = new Map<string, string>();
const SLUGS_KEPT = 10_000;

/** A file names few people, many times. */
function knownSlug(text: string): string {
  const known = slugs.get(text);
  if (known !== undefined) return known;
  const slug = slugOf(text);
  if (slugs.size >= SLUGS_KEPT) slugs.clear();
  slugs.set(text, slug);
  return slug;
}

/** Accents go, everything that is no letter or digit of ASCII becomes one underscore. */
function slugOf(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
}

function timeReader(source: Mapping["fields"]["started_at"], cell: Cell): Reader {
  const read = joined(columnsOfSource(source), cell);
  const { format } = source;
  const convert =
    format === "rfc3339"
      ? (text: string): Found => ({ value: text })
      : format === "unix_s" || format === "unix_ms"
        ? (text: string) => unixTime(text, format === "unix_s" ? 1000 : 1)
        : (text: string) => wallClock(text, format, namedZone(source.zone));
  return (row) => {
    const text = read(row);
    return text === "" ? null : convert(text);
  };
}

function wallClock(text: string, order: DateOrder, zone: Zone): Found {
  const at = localInstant(text, order, zone);
  return typeof at === "string" ? { fault: at } : { value: new Date(at).toISOString() };
}

function unixTime(text: string, scale: number): Found {
  if (!/^\d{1,14}(\.\d{1,9})?$/.test(text)) return { fault: "is not a Unix time." };
  const at = Math.floor(Number(text) * scale);
  return at > 253_402_300_799_999
    ? { fault: "is beyond the year 9999." }
    : { value: new Date(at).toISOString() };
}

function namedZone(name: string | undefined): Zone {
  const zone = zoneNamed(name ?? "");
  if (zone === null) throw new Error("the mapping's zone was checked when it was read");
  return zone;
}

function durationReader(source: Mapping["fields"]["duration_s"], cell: Cell): Reader {
  const read = cell(source.column);
  return (row) => {
    const text = read(row) || (source.empty ?? "");
    if (text === "") return null;
    const seconds = writtenDuration(text, source.format);
    return typeof seconds === "string" ? { fault: seconds } : { value: seconds };
  };
}

function numberReader(column: string, cell: Cell): Reader {
  const read = cell(column);
  return (row) => {
    const text = read(row);
    if (text === "") return null;
    return /^-?\d{1,12}(\.\d{1,9})?$/.test(text) ? { value: Number(text) } : { fault: "is not a number." };
  };
}

function keywordReader(source: { column: string; separator: string }, cell: Cell): Reader {
  const read = cell(source.column);
  return (row) => {
    const words = read(row)
      .split(source.separator)
      .map((word) => word.trim())
      .filter((word) => word !== "");
    return words.length === 0 ? null : { value: words };
  };
}
