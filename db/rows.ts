import type { Row } from "@libsql/client/web";

/** The typed boundary between SQL rows and the program: each reader checks what it returns. */

/** @throws TypeError when the column is not text */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw mismatch(column, "text", value);
  return value;
}

/** @throws TypeError when the column is not an integer or real */
export function number(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw mismatch(column, "a number", value);
  return value;
}

/** @throws TypeError when the column is not a blob */
export function bytes(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof ArrayBuffer)) throw mismatch(column, "a blob", value);
  return new Uint8Array(value);
}

export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

export function numberOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : number(row, column);
}

export function bytesOrNull(row: Row, column: string): Uint8Array | null {
  return row[column] === null ? null : bytes(row, column);
}

function mismatch(column: string, wanted: string, got: unknown): TypeError {
  return new TypeError(`column ${column}: expected ${wanted}, got ${got === null ? "null" : typeof got}`);
}
