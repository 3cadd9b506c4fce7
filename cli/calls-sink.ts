import type { ImportRecord } from "../worker/calls/import-record.ts";
import type { FieldError } from "../worker/http/problem.ts";

/** An event as the contract has it, not yet judged. */
export type Event = Readonly<Record<string, unknown>>;

/** What became of a batch; `rejected` names events by their index in it. */
export interface Taken {
  readonly accepted: number;
  readonly duplicate: number;
  readonly stale: number;
  readonly rejected: readonly RejectedEvent[];
}

export interface RejectedEvent {
  readonly index: number;
  readonly detail: string;
  readonly errors: readonly FieldError[];
}

/** Where batches of events go. Batches that are under way together may finish in any order. */
export interface CallsSink {
  /** For people and for the record. */
  readonly name: string;
  readonly batchesUnderWay: number;
  /** How many events the next batch should have. */
  batchSize(): number;
  /**
   * Keeps in the organisation's audit log, before the first batch, who confirmed the right to provide these
   * calls, and with `rows` after the last one what became of them.
   * @throws Unfinished when it is not kept, or when that is unknown
   */
  record(upload: ImportRecord): Promise<void>;
  /** Resolves once the batch is committed. @throws Unfinished when it is not, or when that is unknown */
  store(events: readonly Event[]): Promise<Taken>;
  close(): Promise<void>;
}
