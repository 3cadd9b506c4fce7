/** Hrana's error structure. `extended_code` is an addition that clients of the protocol ignore. */
type HranaError = { message: string; code: string; extended_code?: string };

/** A statement or request that failed; the stream goes on. Becomes a result of type "error". */
export class SqlError extends Error {
  override readonly name = "SqlError";
  readonly code: string;
  readonly extendedCode: string | undefined;

  constructor(message: string, code: string, extendedCode?: string) {
    super(message);
    this.code = code;
    this.extendedCode = extendedCode;
  }

  toHrana(): HranaError {
    const error = { message: this.message, code: this.code };
    return this.extendedCode === undefined ? error : { ...error, extended_code: this.extendedCode };
  }
}

/** The client broke the protocol: HTTP 400 in plain text, and its stream is closed. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/** A correct client may see this one: HTTP 400 with a typed body. */
export class StreamExpired extends Error {
  override readonly name = "StreamExpired";
  readonly code = "STREAM_EXPIRED";

  constructor() {
    super("The stream has expired due to inactivity");
  }
}

/** Primary result codes, https://www.sqlite.org/rescode.html */
const RESULT_CODES: ReadonlyMap<number, string> = new Map([
  [1, "SQLITE_ERROR"],
  [2, "SQLITE_INTERNAL"],
  [3, "SQLITE_PERM"],
  [4, "SQLITE_ABORT"],
  [5, "SQLITE_BUSY"],
  [6, "SQLITE_LOCKED"],
  [7, "SQLITE_NOMEM"],
  [8, "SQLITE_READONLY"],
  [9, "SQLITE_INTERRUPT"],
  [10, "SQLITE_IOERR"],
  [11, "SQLITE_CORRUPT"],
  [12, "SQLITE_NOTFOUND"],
  [13, "SQLITE_FULL"],
  [14, "SQLITE_CANTOPEN"],
  [15, "SQLITE_PROTOCOL"],
  [17, "SQLITE_SCHEMA"],
  [18, "SQLITE_TOOBIG"],
  [19, "SQLITE_CONSTRAINT"],
  [20, "SQLITE_MISMATCH"],
  [21, "SQLITE_MISUSE"],
  [22, "SQLITE_NOLFS"],
  [23, "SQLITE_AUTH"],
  [25, "SQLITE_RANGE"],
  [26, "SQLITE_NOTADB"],
]);

const BUSY = 5;
const BUSY_SNAPSHOT = 517;

type NativeError = Error & { readonly code: string; readonly rawCode: number };

function isNativeError(error: unknown): error is NativeError {
  return error instanceof Error && "rawCode" in error && typeof error.rawCode === "number";
}

/** True when another connection holds the lock and trying again can help. */
export function isBusy(error: unknown): boolean {
  return isNativeError(error) && (error.rawCode & 0xff) === BUSY && error.rawCode !== BUSY_SNAPSHOT;
}

/** True for every kind of SQLITE_BUSY: the binding leaves such a statement half-stepped. */
export function isAnyBusy(error: unknown): boolean {
  return isNativeError(error) && (error.rawCode & 0xff) === BUSY;
}

/**
 * What the binding threw, as a typed error: `code` is the primary code, which clients compare with;
 * the extended one (SQLITE_CONSTRAINT_UNIQUE) goes beside it. Anything unknown is thrown on.
 */
export function toSqlError(error: unknown): SqlError {
  if (error instanceof SqlError) return error;
  if (!isNativeError(error)) throw error;
  const primary = RESULT_CODES.get(error.rawCode & 0xff) ?? "SQLITE_UNKNOWN";
  const extended = error.rawCode > 0xff && error.code.startsWith("SQLITE_") ? error.code : undefined;
  return new SqlError(`SQLite error: ${error.message}`, primary, extended);
}
