import type { InStatement, ResultSet } from "@libsql/client/web";
import { batchAnswer, batchRequest, type Fault, faultOf } from "./hrana.ts";

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
  /** Writes in one IMMEDIATE transaction. @throws DatabaseUnavailable, Refused */
  write(statements: readonly Statement[]): Promise<ResultSet[]>;
}

/** The database did not answer: for a write this says nothing about whether it committed. */
export class DatabaseUnavailable extends Error {
  override readonly name = "DatabaseUnavailable";
}

/** The database's own word on what was asked: sending it again would not help. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly code: string;
  /** Which statement of the batch; null for all of it. */
  readonly statement: number | null;

  constructor({ message, code, statement }: Fault) {
    super(message);
    this.code = code;
    this.statement = statement;
  }
}

/** Statement 0 of every fenced batch is the fence; only its constraint error means "lost". */
export function isLostFence(error: unknown): boolean {
  return error instanceof Refused && error.statement === 0 && error.code.startsWith("SQLITE_CONSTRAINT");
}

/** A hung request would hang its caller for ever; nothing legitimate takes this long. */
export const TIMEOUT_MS = 10_000;

/** Opens the database for one request or one Durable Object; it holds no connection. */
export function openDatabase({ url, token }: DatabaseAddress, timeoutMs = TIMEOUT_MS): Database {
  const pipeline = `${url.replace(/^libsql:/, "https:").replace(/\/+$/, "")}/v2/pipeline`;
  const headers: Record<string, string> = {
    "content-type": "application/json",
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const run = async (statements: readonly Statement[], mode: "read" | "write"): Promise<ResultSet[]> => {
    if (statements.length === 0) return [];
    const request = { method: "POST", headers, body: batchRequest(statements, mode) };
    const answer = await answerOf(pipeline, request, statements.length, timeoutMs);
    if (answer.ok) return answer.results;
    const refused = new Refused(answer.fault);
    throw isAnswer(refused) ? refused : unavailable(refused);
  };
  return {
    read: (statements) => run(statements, "read"),
    write: (statements) => run(statements, "write"),
  };
}

async function answerOf(url: string, request: RequestInit, statements: number, timeoutMs: number) {
  try {
    const { body, response } = await fetchWithin(url, timeoutMs, request);
    if (response.status !== 200) return { ok: false, fault: faultOf(response.status, body) } as const;
    return batchAnswer(body, statements);
  } catch (error) {
    throw unavailable(error);
  }
}

function unavailable(cause: unknown): DatabaseUnavailable {
  return new DatabaseUnavailable("the database did not answer", { cause });
}

/**
 * The whole answer or none. The timer is cleared with the last byte: `AbortSignal.timeout` would keep
 * a Durable Object from being put to sleep for its whole length.
 */
export async function fetchWithin(
  input: Request | string,
  timeoutMs: number,
  request: RequestInit = {},
): Promise<{ body: string; response: Response }> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    const response = await fetch(input, { ...request, signal: controller.signal });
    return { body: await response.text(), response };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Codes for "it did not say": HTTP faults, an expired stream, a lock held too long, and a disk that is
 * full or fails (a commit may then be on it all the same). Every other code is the database's own word on
 * what was asked.
 */
const NO_ANSWER =
  /^(SQLITE_(BUSY|FULL|IOERR)|STREAM_EXPIRED$|HRANA_|SERVER_ERROR$|PROTOCOL_VERSION_ERROR$|INTERNAL_ERROR$|UNKNOWN$)/;

export function isAnswer(error: unknown): boolean {
  return error instanceof Refused && !NO_ANSWER.test(error.code);
}
