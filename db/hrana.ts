import type { InArgs, InStatement, InValue, ResultSet, Row, Value } from "@libsql/client/web";

/**
 * A batch in Hrana 2 over HTTP, by the JSON form of `POST /v2/pipeline`
 * (https://github.com/tursodatabase/libsql/blob/main/docs/HRANA_2_SPEC.md): what `Client.batch` of
 * `@libsql/client` sends, without its objects for every value, step and request, which cost the worker
 * more than the database's own work on a small batch.
 */

/** What the database said no to: its code, and which statement of the batch; null for BEGIN, COMMIT and all of it. */
export interface Fault {
  readonly message: string;
  readonly code: string;
  readonly statement: number | null;
}

export type BatchAnswer =
  | { readonly ok: true; readonly results: ResultSet[] }
  | { readonly ok: false; readonly fault: Fault };

const BEGIN = { read: "BEGIN TRANSACTION READONLY", write: "BEGIN IMMEDIATE" } as const;

/** The body of a request that runs `statements` in one transaction, all or none, and closes its stream. */
export function batchRequest(statements: readonly InStatement[], mode: "read" | "write"): string {
  const last = statements.length;
  const steps = [
    { stmt: { sql: BEGIN[mode], want_rows: false } },
    ...statements.map((statement, index) => ({ condition: ok(index), stmt: statementOf(statement) })),
    { condition: ok(last), stmt: { sql: "COMMIT", want_rows: false } },
    { condition: { type: "not", cond: ok(last + 1) }, stmt: { sql: "ROLLBACK", want_rows: false } },
  ];
  return JSON.stringify({ requests: [{ type: "batch", batch: { steps } }, { type: "close" }] });
}

function ok(step: number) {
  return { type: "ok", step };
}

function statementOf(statement: InStatement) {
  if (typeof statement === "string") return { sql: statement, want_rows: true };
  const { sql, args = [] } = statement;
  return { sql, want_rows: true, ...argumentsOf(args) };
}

function argumentsOf(args: InArgs) {
  if (Array.isArray(args)) return { args: args.map(valueIn) };
  return { named_args: Object.entries(args).map(([name, value]) => ({ name, value: valueIn(value) })) };
}

/** As the client library does, a number goes as a REAL; a column of INTEGER takes it as the integer it is. */
function valueIn(value: InValue) {
  if (value === null) return { type: "null" };
  if (typeof value === "string") return { type: "text", value };
  if (typeof value === "boolean") return { type: "integer", value: value ? "1" : "0" };
  if (typeof value === "bigint") return { type: "integer", value: value.toString() };
  if (value instanceof ArrayBuffer) return { type: "blob", base64: base64(new Uint8Array(value)) };
  if (value instanceof Uint8Array) return { type: "blob", base64: base64(value) };
  const number = Number(value);
  if (!Number.isFinite(number)) throw new RangeError("an argument must be a finite number");
  return { type: "float", value: number };
}

const PIECE = 0x8000;

function base64(bytes: Uint8Array): string {
  let binary = "";
  // One call cannot take any number of arguments.
  for (let at = 0; at < bytes.length; at += PIECE)
    binary += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return btoa(binary);
}

/** The named boundary: what a server that speaks the protocol answers; what is used of it is checked where it is read. */
interface PipelineAnswer {
  readonly results?: readonly {
    readonly response?: { readonly result?: BatchResult };
    readonly error?: ServerError;
  }[];
}

interface BatchResult {
  readonly step_results: readonly (StepResult | null)[];
  readonly step_errors: readonly (ServerError | null)[];
}

interface StepResult {
  readonly cols: readonly { readonly name: string | null; readonly decltype?: string | null }[];
  readonly rows: readonly (readonly ServerValue[])[];
  readonly affected_row_count: number;
  readonly last_insert_rowid: string | null;
}

interface ServerError {
  readonly message: string;
  readonly code?: string;
}

interface ServerValue {
  readonly type: string;
  readonly value?: string | number;
  readonly base64?: string;
}

/**
 * What became of a batch of so many statements.
 * @param text the answer's body
 * @throws SyntaxError, TypeError when it is no such answer: then nobody knows what became of it
 */
export function batchAnswer(text: string, statements: number): BatchAnswer {
  const answer: PipelineAnswer = JSON.parse(text);
  const first = answer.results?.[0];
  if (first?.error !== undefined) return refused(first.error, null);
  const result = first?.response?.result;
  if (result === undefined) throw new TypeError("the database's answer holds no batch");
  const { step_results: done, step_errors: errors } = result;
  const failed = errors.findIndex((error, step) => error !== null && step <= statements + 1);
  const error = errors[failed];
  if (error !== undefined && error !== null) {
    return refused(error, failed === 0 || failed > statements ? null : failed - 1);
  }
  const results = Array.from({ length: statements }, (_, index) => done[index + 1]);
  const ended = results.findIndex((one) => one === undefined || one === null);
  if (ended !== -1) {
    const message = "the transaction had ended before this statement";
    return refused({ message, code: "TRANSACTION_CLOSED" }, ended);
  }
  return { ok: true, results: results.flatMap((one) => (one ? [resultSet(one)] : [])) };
}

function refused({ message, code = "UNKNOWN" }: ServerError, statement: number | null): BatchAnswer {
  return { ok: false, fault: { message, code, statement } };
}

/** Of an answer with another status than 200; a body that is not the protocol's has no code of its own. */
export function faultOf(status: number, text: string): Fault {
  try {
    const { message, code = "UNKNOWN" }: ServerError = JSON.parse(text);
    if (typeof message === "string") return { message, code, statement: null };
  } catch {
    // A proxy's page: its status tells enough.
  }
  return { message: `the database answered with status ${status}`, code: "SERVER_ERROR", statement: null };
}

function resultSet({ cols, rows, affected_row_count, last_insert_rowid }: StepResult): ResultSet {
  const columns = cols.map(({ name }) => name ?? "");
  const found = {
    columns,
    columnTypes: cols.map(({ decltype }) => decltype ?? ""),
    rows: rows.map((cells) => rowOf(columns, cells)),
    rowsAffected: affected_row_count,
    lastInsertRowid: last_insert_rowid === null ? undefined : BigInt(last_insert_rowid),
  };
  return { ...found, toJSON: () => found };
}

/** A row by its columns' names; of two with one name the first counts. */
function rowOf(columns: readonly string[], cells: readonly ServerValue[]): Row {
  const row: Record<string, Value> = {};
  for (let at = columns.length - 1; at >= 0; at -= 1) {
    const cell = cells[at];
    if (cell === undefined) throw new TypeError("a row has fewer cells than columns");
    row[columns[at] ?? ""] = valueOut(cell);
  }
  // The library's type has places too, which nothing here asks for.
  return row as Row;
}

function valueOut({ type, value, base64: text }: ServerValue): Value {
  switch (type) {
    case "null":
      return null;
    case "integer": {
      const number = Number(value);
      if (!Number.isSafeInteger(number)) throw new RangeError("an integer is beyond what a number holds");
      return number;
    }
    case "float":
    case "text":
      if (value === undefined) throw new TypeError(`a ${type} has no value`);
      return value;
    case "blob":
      return Uint8Array.from(atob(text ?? ""), (char) => char.charCodeAt(0)).buffer;
    default:
      throw new TypeError(`a value of the unknown type ${type}`);
  }
}
