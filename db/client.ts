import type { Client, InStatement, ResultSet } from "@libsql/client/web";
import { createClient, LibsqlBatchError, LibsqlError } from "@libsql/client/web";

/** One bound statement: SQL with `?1`-style or `:name` parameters and its values. */
export type Statement = InStatement;

/** Where a database lives. `token` is absent for the local server without a token. */
export type DatabaseAddress = { readonly url: string; readonly token?: string | undefined };

/**
 * The product's one door to libSQL. A batch is one round trip and one transaction:
 * all of it happens or nothing does.
 */
export interface Database {
  /** Reads in one transaction, one result per statement. @throws DatabaseUnavailable */
  read(statements: readonly Statement[]): Promise<ResultSet[]>;
  /** Writes in one IMMEDIATE transaction. @throws DatabaseUnavailable, LibsqlBatchError */
  write(statements: readonly Statement[]): Promise<ResultSet[]>;
}

/** The database did not answer: for a write this says nothing about whether it committed. */
export class DatabaseUnavailable extends Error {
  override readonly name = "DatabaseUnavailable";
}

/** Statement 0 of every fenced batch is the fence; only its constraint error means "lost". */
export function isLostFence(error: unknown): boolean {
  return (
    error instanceof LibsqlBatchError &&
    error.statementIndex === 0 &&
    error.code.startsWith("SQLITE_CONSTRAINT")
  );
}

/** A hung request would hang its caller for ever; nothing legitimate takes this long. */
const TIMEOUT_MS = 10_000;

/**
 * A libSQL client over HTTP. Without `concurrency: 1e5` the client queues at 20 and a request may
 * wait on another request's I/O, which workerd refuses.
 */
export function openClient(address: DatabaseAddress, timeoutMs = TIMEOUT_MS): Client {
  return createClient({
    url: address.url,
    concurrency: 1e5,
    ...(address.token === undefined ? {} : { authToken: address.token }),
    fetch: (input: Request) => fetchWithin(input, timeoutMs),
  });
}

/** Opens the database for one request or one Durable Object; it holds no connection. */
export function openDatabase(address: DatabaseAddress, timeoutMs = TIMEOUT_MS): Database {
  const client = openClient(address, timeoutMs);
  const run = async (statements: readonly Statement[], mode: "read" | "write"): Promise<ResultSet[]> => {
    if (statements.length === 0) return [];
    try {
      return await client.batch([...statements], mode);
    } catch (error) {
      throw isAnswer(error)
        ? error
        : new DatabaseUnavailable("the database did not answer", { cause: error });
    }
  };
  return {
    read: (statements) => run(statements, "read"),
    write: (statements) => run(statements, "write"),
  };
}

/**
 * The whole answer or none. The timer is cleared with the last byte: `AbortSignal.timeout` would keep
 * a Durable Object from being put to sleep for its whole length.
 */
async function fetchWithin(input: Request, timeoutMs: number): Promise<Response> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    const response = await fetch(input, { signal: controller.signal });
    return new Response(await response.arrayBuffer(), response);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The client's codes for "it did not say": network, time-out, HTTP faults, an expired stream, a lock held
 * too long, and a disk that is full or fails (a commit may then be on it all the same). Every other code is
 * the database's own word on what was asked.
 */
const NO_ANSWER =
  /^(SQLITE_(BUSY|FULL|IOERR)|STREAM_EXPIRED$|HRANA_|SERVER_ERROR$|PROTOCOL_VERSION_ERROR$|INTERNAL_ERROR$|UNKNOWN$)/;

export function isAnswer(error: unknown): boolean {
  return error instanceof LibsqlError && !NO_ANSWER.test(error.code);
}
