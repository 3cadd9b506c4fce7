import { ProtocolError } from "./errors.ts";
import type { SqlValue } from "./native.ts";
import type { Arguments } from "./parameters.ts";
import { valueFromHrana } from "./values.ts";

export type Version = 2 | 3;

/** SQL in the request itself, or stored before on the stream. */
export type SqlSource = { readonly sql: string } | { readonly sqlId: number };

export type StatementRequest = {
  readonly source: SqlSource;
  readonly args: Arguments;
  readonly wantRows: boolean;
};

export type Condition =
  | { readonly type: "ok" | "error"; readonly step: number }
  | { readonly type: "not"; readonly cond: Condition }
  | { readonly type: "and" | "or"; readonly conds: readonly Condition[] }
  | { readonly type: "is_autocommit" };

export type Step = { readonly statement: StatementRequest; readonly condition: Condition | undefined };

export type StreamRequest =
  | { readonly type: "execute"; readonly statement: StatementRequest }
  | { readonly type: "batch"; readonly steps: readonly Step[] }
  | { readonly type: "sequence" | "describe"; readonly source: SqlSource }
  | { readonly type: "store_sql"; readonly sqlId: number; readonly sql: string }
  | { readonly type: "close_sql"; readonly sqlId: number }
  | { readonly type: "get_autocommit" | "close" }
  | { readonly type: "unknown"; readonly name: string };

type PipelineRequest = {
  readonly baton: string | undefined;
  readonly requests: readonly StreamRequest[];
};

type CursorRequest = { readonly baton: string | undefined; readonly steps: readonly Step[] };

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads the body of a pipeline request: all of it before anything is executed, so that a malformed one
 * does nothing. Structures are those of the Hrana specification, version 3; unknown fields are ignored.
 * @throws ProtocolError
 */
export function readPipelineRequest(body: unknown, version: Version): PipelineRequest {
  const object = asObject(body, "the body");
  return {
    baton: optionalString(object, "baton"),
    requests: asArray(object.requests, "requests").map((request) => readStreamRequest(request, version)),
  };
}

/** @throws ProtocolError */
export function readCursorRequest(body: unknown, version: Version): CursorRequest {
  const object = asObject(body, "the body");
  return { baton: optionalString(object, "baton"), steps: readBatch(object.batch, version) };
}

function readStreamRequest(value: unknown, version: Version): StreamRequest {
  const object = asObject(value, "a request");
  const type = requiredString(object, "type");
  switch (type) {
    case "execute":
      return { type, statement: readStatement(object.stmt) };
    case "batch":
      return { type, steps: readBatch(object.batch, version) };
    case "sequence":
    case "describe":
      return { type, source: readSource(object) };
    case "store_sql":
      return { type, sqlId: requiredInteger(object, "sql_id"), sql: requiredString(object, "sql") };
    case "close_sql":
      return { type, sqlId: requiredInteger(object, "sql_id") };
    case "get_autocommit":
      if (version < 3) throw notSupported("The `get_autocommit` request");
      return { type };
    case "close":
      return { type };
    default:
      return { type: "unknown", name: type };
  }
}

function readStatement(value: unknown): StatementRequest {
  const object = asObject(value, "stmt");
  const wantRows = object.want_rows ?? true;
  if (typeof wantRows !== "boolean") throw new ProtocolError("`want_rows` must be a boolean");
  return { source: readSource(object), args: readArguments(object), wantRows };
}

function readArguments(statement: Json): Arguments {
  const named = new Map<string, SqlValue>();
  for (const entry of asArray(statement.named_args ?? [], "named_args")) {
    const argument = asObject(entry, "a named argument");
    named.set(requiredString(argument, "name"), valueFromHrana(argument.value));
  }
  return { positional: asArray(statement.args ?? [], "args").map(valueFromHrana), named };
}

function readSource(object: Json): SqlSource {
  const sql = optionalString(object, "sql");
  const hasId = object.sql_id !== undefined && object.sql_id !== null;
  if (sql !== undefined && hasId) {
    throw new ProtocolError("Either `sql` or `sql_id` are required, but not both");
  }
  if (sql !== undefined) return { sql };
  if (!hasId) throw new ProtocolError("Either `sql` or `sql_id` are required");
  return { sqlId: requiredInteger(object, "sql_id") };
}

function readBatch(value: unknown, version: Version): Step[] {
  const steps = asArray(asObject(value, "batch").steps, "steps");
  return steps.map((entry, index) => {
    const step = asObject(entry, "a step");
    const condition = step.condition ?? undefined;
    return {
      statement: readStatement(step.stmt),
      condition: condition === undefined ? undefined : readCondition(condition, index, version),
    };
  });
}

/** A condition looks back only: `before` is the index of the step that it stands at. */
function readCondition(value: unknown, before: number, version: Version): Condition {
  const object = asObject(value, "a condition");
  const type = requiredString(object, "type");
  switch (type) {
    case "ok":
    case "error": {
      const step = requiredInteger(object, "step");
      if (step < 0 || step >= before) {
        throw new ProtocolError("Invalid reference to step in a batch condition");
      }
      return { type, step };
    }
    case "not":
      return { type, cond: readCondition(object.cond, before, version) };
    case "and":
    case "or":
      return {
        type,
        conds: asArray(object.conds, "conds").map((cond) => readCondition(cond, before, version)),
      };
    case "is_autocommit":
      if (version < 3) throw notSupported("BatchCond of type `is_autocommit`");
      return { type };
    default:
      throw new ProtocolError("BatchCond type not recognized");
  }
}

function notSupported(what: string): ProtocolError {
  return new ProtocolError(`${what} is only supported in protocol version hrana3 and higher`);
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asObject(value: unknown, what: string): Json {
  if (!isObject(value)) throw new ProtocolError(`${what} must be an object`);
  return value;
}

function asArray(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new ProtocolError(`\`${what}\` must be an array`);
  return value;
}

function requiredString(object: Json, field: string): string {
  const value = object[field];
  if (typeof value !== "string") throw new ProtocolError(`\`${field}\` must be a string`);
  return value;
}

function optionalString(object: Json, field: string): string | undefined {
  return object[field] === undefined || object[field] === null ? undefined : requiredString(object, field);
}

function requiredInteger(object: Json, field: string): number {
  const value = object[field];
  if (typeof value !== "number" || !Number.isInteger(value)) {
    throw new ProtocolError(`\`${field}\` must be an integer`);
  }
  return value;
}
