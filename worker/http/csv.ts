/**
 * One line of CSV (RFC 4180, CRLF). Text that a spreadsheet would run as a formula (leading `= + - @`,
 * tab or line break) gets an apostrophe before it; numbers are written as they are, null is empty.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellOf).join(",")}\r\n`;
}

const FORMULA = /^[=+\-@\t\r\n]/;
/** Semicolon and tab part cells where a spreadsheet is set so: what follows one must not become a cell. */
const SPLITS = /[",;\t\r\n]/;

function cellOf(cell: string | number | null): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return SPLITS.test(safe) || safe !== cell ? `"${safe.replaceAll('"', '""')}"` : safe;
}
