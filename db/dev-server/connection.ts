import { isAnyBusy, toSqlError } from "./errors.ts";
import {
  freeUnusedStatements,
  type NativeDatabase,
  type NativeStatement,
  openNative,
  type SqlValue,
} from "./native.ts";
import { type Bytecode, mostRows, type RowsBound, rowsBound } from "./rows-read.ts";
import type { Statement, Verb } from "./statement.ts";

export type Column = { readonly name: string; readonly decltype: string | null };

type Row = readonly SqlValue[];

/** What a statement returned and did. */
export type Outcome = {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly affectedRows: number;
  /** Rowid of the last insert, for INSERT and REPLACE only. */
  readonly lastInsertRowid: bigint | null;
  /** At most so many stored rows were visited, see rows-read.ts. */
  readonly rowsRead: number;
  /** Rows inserted, changed and deleted, those by triggers and foreign keys included. */
  readonly rowsWritten: number;
};

/** A statement compiled on one connection. */
export type Prepared = {
  readonly statement: Statement;
  readonly native: NativeStatement;
  /** Compiled text: the SQL behind a comment that makes it unique among the connection's statements. */
  readonly text: string;
  readonly readonly: boolean;
  /** SQLite's count of executed instructions as last seen; it only ever grows. */
  steps: number;
  bound: RowsBound | undefined;
  /** Schema that `bound` was computed for. */
  generation: number;
  /** As they were when it last ran under `columnsGeneration`. */
  columns: readonly Column[];
  columnsGeneration: number;
};

/** Counts changes of the file's schema. */
export type Schema = { generation: number };

/** Erased means overwritten, references are kept, as in the hosted database. Durable is what `LogSync` is for. */
// Under load the log may grow to 32 MB before it is folded in: a page that every commit changes is then
// written to the file once and not every few commits. An idle second empties it all the same.
const SETTINGS = `
  PRAGMA busy_timeout = 0;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA secure_delete = ON;
  PRAGMA foreign_keys = ON;
  PRAGMA cache_size = -16000;
  PRAGMA wal_autocheckpoint = 8000;
`;

/** Reading SQLite's counters takes time in proportion to the statements kept. */
const MAX_KEPT = 48;
const MAX_DISCARDED = 200;

/**
 * One SQLite connection with its compiled statements. Everything here is synchronous and never waits:
 * SQLITE_BUSY comes back at once.
 */
export class Connection {
  readonly #database: NativeDatabase;
  readonly #kept = new Map<string, Prepared>();
  readonly #changes: NativeStatement;
  readonly #statements: NativeStatement;
  readonly #schema: Schema;
  #compiled = 0;
  #discarded = 0;
  #totalChanges = 0n;
  /** True once a statement changed how the connection behaves (PRAGMA, temporary tables). */
  altered = false;

  /** @throws SqlError when the file cannot be opened or is no database */
  constructor(file: string, schema: Schema) {
    this.#schema = schema;
    try {
      this.#database = openNative(file);
      this.#database.exec(SETTINGS);
      this.#changes = this.#database
        .prepare("SELECT changes(), total_changes(), last_insert_rowid()")
        .raw(true);
      this.#statements = this.#database.prepare("SELECT ro, nstep FROM sqlite_stmt WHERE sql = ?1").raw(true);
    } catch (error) {
      throw toSqlError(error);
    }
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  /** Runs SQL of the server's own, without counting. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** Rows of a query of the server's own. */
  query(sql: string): Row[] {
    return allRows(this.#database.prepare(sql).raw(true), []);
  }

  close(): void {
    this.#kept.clear();
    this.#database.close();
  }

  /** Compiles a statement or finds it compiled. Throws what the binding throws. */
  prepare(statement: Statement): Prepared {
    const kept = this.#kept.get(statement.sql);
    if (kept !== undefined) {
      this.#kept.delete(statement.sql);
      this.#kept.set(statement.sql, kept);
      return kept;
    }
    const { native, text } = this.#compile(statement);
    const { verb } = statement;
    // The verb tells, save for a PRAGMA: asking SQLite takes longer than compiling.
    const readonly = verb === "pragma" ? this.#counters(text).readonly : !statement.writes;
    const prepared = {
      statement,
      native,
      text,
      readonly,
      steps: 0,
      bound: undefined,
      generation: -1,
      columns: [],
      columnsGeneration: -1,
    };
    if (KEPT_VERBS.has(verb)) this.#keep(prepared);
    else this.#discarded += 1;
    return prepared;
  }

  /** What SQLite itself says: whether the statement leaves the file as it is, and its columns. */
  describe(statement: Statement): { readonly: boolean; columns: readonly Column[] } {
    this.#refreshSchema();
    // A kept one shows its new columns only once it has run.
    const { native, text } = this.#compile(statement);
    this.#discarded += 1;
    return { readonly: this.#counters(text).readonly, columns: columnsOf(native) };
  }

  /** True when so many statements were discarded that `freeUnusedStatements` is worth a pause. */
  get isLittered(): boolean {
    return this.#discarded >= MAX_DISCARDED;
  }

  async sweep(): Promise<void> {
    this.#discarded = 0;
    await freeUnusedStatements();
  }

  /** Runs the statement to its end. Throws what the binding throws. */
  run(prepared: Prepared, values: readonly SqlValue[], wantRows: boolean): Outcome {
    const { native, statement } = prepared;
    this.#updateBound(prepared, values);
    let rows: Row[];
    try {
      rows = allRows(native, values);
    } catch (error) {
      if (isAnyBusy(error)) this.#reset(prepared);
      throw error;
    }
    if (statement.verb === "explain") endExplain(native, values);
    if (statement.altersConnection) this.altered = true;
    return {
      columns: this.#columns(prepared, rows[0]),
      rows: wantRows ? rows : [],
      rowsRead: this.#countRowsRead(prepared),
      ...this.#countChanges(prepared),
    };
  }

  #compile(statement: Statement): { native: NativeStatement; text: string } {
    this.#compiled += 1;
    const text = `/*${this.#compiled}*/${statement.sql}`;
    const native = this.#compileText(text);
    if (native.reader) native.raw(true);
    return { native, text };
  }

  #compileText(text: string): NativeStatement {
    try {
      return this.#database.prepare(text);
    } catch (error) {
      if (toSqlError(error).code !== "SQLITE_ERROR") throw error;
      // SQLite may judge by an old schema here ("table t has 1 columns but 2 values were supplied").
      this.#refreshSchema();
      return this.#database.prepare(text);
    }
  }

  /** Any read of the file makes SQLite notice that another connection changed the schema. */
  #refreshSchema(): void {
    this.#database.exec("SELECT 1 FROM sqlite_schema LIMIT 1");
  }

  #keep(prepared: Prepared): void {
    const oldest = this.#kept.keys().next();
    if (this.#kept.size >= MAX_KEPT && oldest.done !== true) {
      this.#kept.delete(oldest.value);
      this.#discarded += 1;
    }
    this.#kept.set(prepared.statement.sql, prepared);
  }

  #countChanges(prepared: Prepared): Pick<Outcome, "affectedRows" | "lastInsertRowid" | "rowsWritten"> {
    if (prepared.readonly) return { affectedRows: 0, lastInsertRowid: null, rowsWritten: 0 };
    const [changes, total, rowid] = this.#changes.get([]) ?? [];
    if (typeof changes !== "bigint" || typeof total !== "bigint" || typeof rowid !== "bigint") {
      throw new TypeError("changes() and last_insert_rowid() are integers");
    }
    const rowsWritten = Number(total - this.#totalChanges);
    this.#totalChanges = total;
    const { verb } = prepared.statement;
    return {
      affectedRows: verb === "insert" || verb === "change" ? Number(changes) : 0,
      lastInsertRowid: verb === "insert" ? rowid : null,
      rowsWritten,
    };
  }

  #updateBound(prepared: Prepared, values: readonly SqlValue[]): void {
    const { generation } = this.#schema;
    // EXPLAIN is of use for statements on rows only: a PRAGMA, for one, takes effect even under it.
    if (prepared.generation === generation || !ROW_VERBS.has(prepared.statement.verb)) return;
    // EXPLAIN would show the program for the old schema.
    this.#refreshSchema();
    prepared.bound = rowsBound(this.#explain(prepared.statement, values));
    prepared.generation = generation;
  }

  /** Asked for once: with the binding it takes longer than a small query. Right only after the statement ran. */
  #columns(prepared: Prepared, row: Row | undefined): readonly Column[] {
    const { generation } = this.#schema;
    const fits = row === undefined || row.length === prepared.columns.length;
    if (prepared.columnsGeneration !== generation || !fits) {
      prepared.columns = columnsOf(prepared.native);
      prepared.columnsGeneration = generation;
    }
    return prepared.columns;
  }

  #countRowsRead(prepared: Prepared): number {
    const { bound } = prepared;
    if (bound === undefined) return 0;
    if (bound.ratio === 0) return mostRows(bound, 0);
    const { steps } = this.#counters(prepared.text);
    // SQLite's counter has 32 bits.
    const taken = (steps - prepared.steps) >>> 0;
    prepared.steps = steps;
    return mostRows(bound, taken);
  }

  #counters(text: string): { readonly: boolean; steps: number } {
    const [readonly, steps] = this.#statements.get([text]) ?? [];
    return { readonly: readonly !== 0n, steps: Number(steps ?? 0n) };
  }

  #explain(statement: Statement, values: readonly SqlValue[]): Bytecode {
    const native = this.#database.prepare(`EXPLAIN ${statement.explainable}`).raw(true);
    const bytecode = allRows(native, values).map(([address, opcode, p1, p2, p3]) => ({
      address: Number(address),
      opcode: String(opcode),
      p1: Number(p1),
      p2: Number(p2),
      p3: Number(p3),
    }));
    endExplain(native, values);
    this.#discarded += 1;
    return bytecode;
  }

  /**
   * After SQLITE_BUSY the binding leaves the statement half-stepped, where it would hold back COMMIT and
   * keep later reads in an old snapshot. Stepping it while writing is forbidden ends it.
   */
  #reset(prepared: Prepared): void {
    this.#kept.delete(prepared.statement.sql);
    this.#database.exec("PRAGMA query_only = ON");
    try {
      prepared.native.iterate([]).next();
    } catch (error) {
      if (toSqlError(error).code !== "SQLITE_READONLY") this.altered = true;
    } finally {
      this.#database.exec("PRAGMA query_only = OFF");
    }
  }
}

function allRows(native: NativeStatement, values: readonly SqlValue[]): Row[] {
  const rows: Row[] = [];
  const iterator = native.iterate(values);
  for (let step = iterator.next(); step.done !== true; step = iterator.next()) rows.push(step.value);
  return rows;
}

/**
 * SQLite counts an EXPLAIN as under way until it is reset, and refuses to commit before. The binding
 * resets at the end of `get`.
 */
function endExplain(native: NativeStatement, values: readonly SqlValue[]): void {
  native.get(values);
}

const ROW_VERBS: ReadonlySet<Verb> = new Set(["read", "insert", "change"]);

/** Others act while they are compiled (PRAGMA) or come only once. */
const KEPT_VERBS: ReadonlySet<Verb> = new Set([...ROW_VERBS, "begin", "end", "rollback", "savepoint"]);

/** After a change of the schema they are right once the statement has run. */
function columnsOf(native: NativeStatement): Column[] {
  if (!native.reader) return [];
  return native
    .columns()
    .map(({ name, type }) => ({ name, decltype: type === null ? null : type.toUpperCase() }));
}
