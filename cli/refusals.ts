import type { FieldError } from "../worker/http/problem.ts";
import type { CallsFile, Line } from "./calls-file.ts";

/** Why a line is not taken: the field, or the whole line where it has none. */
export interface Refusal {
  readonly line: number;
  readonly field: string;
  readonly detail: string;
}

/** Of a row that makes no event. */
export function rowRefusals(line: Line): Refusal[] {
  return line.ok ? [] : line.faults.map((fault) => ({ line: line.line, ...fault }));
}

/** Of an event that the contract's rules reject, whether they were asked here or on the server. */
export function eventRefusal(rejected: {
  readonly line?: number | undefined;
  readonly detail: string;
  readonly errors: readonly FieldError[];
}): Refusal[] {
  const line = rejected.line ?? 0;
  if (rejected.errors.length === 0) return [{ line, field: "", detail: rejected.detail }];
  return rejected.errors.map((error) => ({
    line,
    field: "pointer" in error ? fieldAt(error.pointer) : "",
    detail: error.detail,
  }));
}

/** `/analysis/keywords/3` is the field `keywords`. */
function fieldAt(pointer: string): string {
  const [, first = "", second = ""] = pointer.split("/");
  return first === "analysis" && second !== "" ? second : first;
}

/** The refusal in words, with the columns that feed the field; never the value, which may be personal. */
export function sentenceOf({ field, detail }: Refusal, file: CallsFile): string {
  if (field === "") return detail;
  const columns = file.columnsOfField(field);
  const named = columns.length === 0 ? "" : ` (column ${columns.map((column) => `"${column}"`).join(", ")})`;
  return `${field}${named} ${detail}`;
}
