import type { StepResult } from "./batch.ts";
import type { Column } from "./connection.ts";
import type { Executed } from "./session.ts";
import type { Statement } from "./statement.ts";
import { valueToHrana } from "./values.ts";

type HranaColumn = { readonly name: string; readonly decltype: string | null };

function columnsToHrana(columns: readonly Column[]): HranaColumn[] {
  return columns.map(({ name, decltype }) => ({ name, decltype }));
}

/** Hrana's StmtResult. */
export function resultToHrana(result: Executed) {
  return {
    cols: columnsToHrana(result.columns),
    rows: result.rows.map((row) => row.map(valueToHrana)),
    affected_row_count: result.affectedRows,
    last_insert_rowid: result.lastInsertRowid === null ? null : result.lastInsertRowid.toString(),
    replication_index: null,
    rows_read: result.rowsRead,
    rows_written: result.rowsWritten,
    query_duration_ms: Math.round(result.durationMs * 1_000) / 1_000,
  };
}

/** Hrana's BatchResult. */
export function batchToHrana(steps: readonly StepResult[]) {
  return {
    step_results: steps.map((step) => (step.type === "ok" ? resultToHrana(step.result) : null)),
    step_errors: steps.map((step) => (step.type === "error" ? step.error.toHrana() : null)),
    replication_index: null,
  };
}

/** Hrana's DescribeResult. */
export function descriptionToHrana(statement: Statement, readonly: boolean, columns: readonly Column[]) {
  return {
    params: statement.parameters.map((name) => ({ name })),
    cols: columnsToHrana(columns),
    is_explain: statement.verb === "explain",
    is_readonly: readonly,
  };
}

/** Cursor entries of one step of a batch; none for a skipped one. */
export function* cursorEntries(step: StepResult, index: number) {
  if (step.type === "error") yield { type: "step_error", step: index, error: step.error.toHrana() };
  if (step.type !== "ok") return;
  const { rows, ...rest } = resultToHrana({ ...step.result, rows: [] });
  yield { type: "step_begin", step: index, cols: rest.cols };
  for (const row of step.result.rows) yield { type: "row", row: row.map(valueToHrana) };
  yield {
    type: "step_end",
    affected_row_count: rest.affected_row_count,
    last_insert_rowid: rest.last_insert_rowid,
    rows_read: rest.rows_read,
    rows_written: rest.rows_written,
    query_duration_ms: rest.query_duration_ms,
  };
}
