import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import Libsql from "libsql";

/** What one SQL value is on this side of the binding. Integers are 64 bits, so never a `number`. */
export type SqlValue = null | bigint | number | string | Uint8Array;

type NativeColumn = { readonly name: string; readonly type: string | null };

/**
 * The part of the binding's statement that is safe to use. Not here on purpose: `run()` (gives the rowid
 * as a double), named parameters (an unnamed one aborts the process).
 */
export interface NativeStatement {
  /** True when the statement returns columns. */
  readonly reader: boolean;
  raw(on: boolean): NativeStatement;
  /** Each step of the iterator steps the statement; it must be given one value for every parameter. */
  iterate(values: readonly SqlValue[]): Iterator<readonly SqlValue[]>;
  /** The first row; steps once and resets the statement. */
  get(values: readonly SqlValue[]): readonly SqlValue[] | undefined;
  columns(): readonly NativeColumn[];
}

export interface NativeDatabase {
  readonly inTransaction: boolean;
  prepare(sql: string): NativeStatement;
  exec(sql: string): void;
  close(): void;
}

/**
 * Opens `file` with the native libSQL binding, integers as `bigint`.
 * The binding's type declarations lack what it has and have what it lacks: this is their one boundary.
 */
export function openNative(file: string): NativeDatabase {
  const database = new Libsql(file);
  database.defaultSafeIntegers(true);
  return database as unknown as NativeDatabase;
}

setFlagsFromString("--expose-gc");
const collectGarbage: (options: { type: "minor" }) => void = runInNewContext("gc");

/**
 * The binding frees a compiled statement only once its wrapper is garbage, and the collector does not
 * see how much hangs on it. A young collection takes well under a millisecond; finalizers run a turn later.
 */
export async function freeUnusedStatements(): Promise<void> {
  collectGarbage({ type: "minor" });
  await nextTurn();
}
