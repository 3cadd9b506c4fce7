import * as v from "valibot";
import { zoneNamed } from "../worker/metrics/zone.ts";
import { DATE_ORDERS } from "./local-time.ts";
import { DURATION_FORMATS } from "./written-duration.ts";

/**
 * How a dialer's export becomes call events: which column feeds which field, and what its words mean.
 * `docs/import.md` explains it by two examples; `docs/mappings/mapping.schema.json` is this as JSON Schema.
 */

const Column = v.pipe(v.string("must name a column."), v.minLength(1, "must name a column."));

const FORMS = ["text", "digits", "slug", "hash"] as const;

/** Where a field's text comes from, and what becomes of it. */
const Source = v.pipe(
  v.strictObject({
    /** The head line's name for it, or in NDJSON the key; or several, whose cells are joined by a space. */
    column: v.optional(Column),
    columns: v.optional(v.pipe(v.array(Column), v.minLength(1))),
    /** The same for every call. */
    value: v.optional(v.string()),
    /** Only for rows where that column holds one of these words; otherwise the next source is asked. */
    when: v.optional(v.strictObject({ column: Column, is: v.array(v.string()) })),
    /** What the file's words mean here; upper and lower case are the same. */
    words: v.optional(v.record(v.string(), v.string())),
    /** A word that is not among `words`: the row is rejected, or the word is taken as it is. */
    others: v.optional(v.picklist(["reject", "keep"])),
    /** `digits` keeps only these, `slug` makes `priya_nair` of `Priya Nair`, `hash` a name of 22 characters. */
    as: v.optional(v.picklist(FORMS)),
    /** What the field is where the cell is empty. */
    empty: v.optional(v.pipe(v.string(), v.minLength(1, "must not be empty."))),
  }),
  v.check(
    ({ column, columns, value }) => [column, columns, value].filter((one) => one !== undefined).length === 1,
    "must have exactly one of column, columns and value.",
  ),
  v.check(({ words, others }) => others === undefined || words !== undefined, "has others without words."),
);

/** One source, or several: the first that gives anything counts. */
const Sources = v.union(
  [Source, v.pipe(v.array(Source), v.minLength(1))],
  "must be a source or a list of them.",
);

const Time = v.pipe(
  v.strictObject({
    column: v.optional(Column),
    columns: v.optional(v.pipe(v.array(Column), v.minLength(1))),
    /** `rfc3339` carries its offset; `ymd`, `dmy` and `mdy` are wall-clock times in `zone`. */
    format: v.picklist(["rfc3339", "unix_s", "unix_ms", ...DATE_ORDERS]),
    /** IANA, as `Asia/Kolkata`. */
    zone: v.optional(
      v.pipe(
        v.string(),
        v.check((name) => zoneNamed(name) !== null, "is not an IANA time zone."),
      ),
    ),
  }),
  v.check(
    ({ column, columns }) => (column === undefined) !== (columns === undefined),
    "must have column or columns.",
  ),
  v.check(
    ({ format, zone }) => DATE_ORDERS.some((order) => order === format) === (zone !== undefined),
    "must name a zone for wall-clock times, and only for them.",
  ),
);

const Duration = v.strictObject({
  column: Column,
  format: v.picklist(DURATION_FORMATS),
  empty: v.optional(v.string()),
});

const Number_ = v.strictObject({ column: Column });

const Keywords = v.strictObject({ column: Column, separator: v.pipe(v.string(), v.minLength(1)) });

export const MappingFile = v.strictObject({
  $schema: v.optional(v.string()),
  name: v.string(),
  /** Between the cells of a CSV line. */
  delimiter: v.optional(v.picklist([",", ";", "\t", "|"])),
  /** The file was made safe for spreadsheets: an apostrophe before `= + - @` is not part of the text. */
  spreadsheet_guard: v.optional(v.boolean()),
  fields: v.strictObject({
    call_id: Sources,
    /** Missing: 1. */
    revision: v.optional(Number_),
    team_id: Sources,
    caller_id: Sources,
    customer_ref: v.optional(Sources),
    direction: Sources,
    status: Sources,
    started_at: Time,
    duration_s: Duration,
    clarity: v.optional(Number_),
    proficiency: v.optional(Number_),
    volume: v.optional(Number_),
    sentiment: v.optional(Sources),
    keywords: v.optional(Keywords),
  }),
});

export type Mapping = v.InferOutput<typeof MappingFile>;
export type Source = v.InferOutput<typeof Source>;

/** Every column that a mapping reads, each once. */
export function columnsOf(mapping: Mapping): string[] {
  const columns = new Set<string>();
  for (const field of Object.values(mapping.fields)) {
    for (const source of field === undefined ? [] : Array.isArray(field) ? field : [field]) {
      for (const column of columnsOfSource(source)) columns.add(column);
      if ("when" in source && source.when !== undefined) columns.add(source.when.column);
    }
  }
  return [...columns];
}

/** The columns whose cells make a source's text. */
export function columnsOfSource(source: {
  readonly column?: string | undefined;
  readonly columns?: readonly string[] | undefined;
}): readonly string[] {
  return source.columns ?? (source.column === undefined ? [] : [source.column]);
}
