import type { Column } from "./connection.ts";
import { ProtocolError, SqlError } from "./errors.ts";
import type { SqlSource, StatementRequest } from "./protocol.ts";
import type { Executed, Session } from "./session.ts";
import { parseOneStatement, parseStatements, type Statement } from "./statement.ts";

/** Limits of sqld on stored SQL. */
const MAX_STORED = 50;
const MAX_STORED_BYTES = 5_000;

const NO_ARGUMENTS = { positional: [], named: new Map<string, never>() };

/** A client's stream: a session, and the SQL texts the client has stored on it. */
export class Stream {
  readonly #session: Session;
  readonly #stored = new Map<number, string>();
  #closed = false;

  constructor(session: Session) {
    this.#session = session;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  get isAutocommit(): boolean {
    this.#mustBeOpen();
    return this.#session.isAutocommit;
  }

  /** @throws SqlError, ProtocolError */
  execute({ source, args, wantRows }: StatementRequest): Promise<Executed> {
    this.#mustBeOpen();
    return this.#session.execute(parseOneStatement(this.#text(source)), args, wantRows);
  }

  /** Runs all statements of a text up to the first that fails. @throws SqlError, ProtocolError */
  async sequence(source: SqlSource): Promise<void> {
    this.#mustBeOpen();
    for (const statement of parseStatements(this.#text(source))) {
      await this.#session.execute(statement, NO_ARGUMENTS, false);
    }
  }

  /** @throws SqlError, ProtocolError */
  describe(source: SqlSource): { statement: Statement; readonly: boolean; columns: readonly Column[] } {
    this.#mustBeOpen();
    const statement = parseOneStatement(this.#text(source));
    return { statement, ...this.#session.describe(statement) };
  }

  /** @throws SqlError, ProtocolError */
  store(sqlId: number, sql: string): void {
    if (this.#stored.has(sqlId)) throw new ProtocolError(`SQL text ${sqlId} already exists`);
    if (this.#stored.size >= MAX_STORED) {
      throw new SqlError(
        `The server already stores ${this.#stored.size} SQL texts, it cannot store more`,
        "SQL_STORE_TOO_MANY",
      );
    }
    const bytes = Buffer.byteLength(sql);
    if (bytes > MAX_STORED_BYTES) {
      throw new SqlError(
        `The statement is too large to be stored: ${bytes}/${MAX_STORED_BYTES} bytes`,
        "SQL_STORE_TOO_LARGE",
      );
    }
    this.#stored.set(sqlId, sql);
  }

  forget(sqlId: number): void {
    this.#stored.delete(sqlId);
  }

  close(): void {
    this.#closed = true;
    this.#session.close();
  }

  #text(source: SqlSource): string {
    if ("sql" in source) return source.sql;
    const stored = this.#stored.get(source.sqlId);
    if (stored === undefined) throw new ProtocolError(`SQL text ${source.sqlId} not found`);
    return stored;
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new ProtocolError("Stream for this baton was closed");
  }
}
