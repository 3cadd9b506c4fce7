import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../db/client.ts";

/** A leaf that a request adds: its kind and the exact bytes of the public entry. */
export interface NewLeaf {
  readonly kind: string;
  readonly bytes: Uint8Array;
}

/** What becomes of one request: an answer at once, or an answer that holds once its leaf is committed. */
export type Outcome<Answer> =
  | { readonly kind: "settled"; readonly answer: Answer }
  | { readonly kind: "leaf"; readonly leaf: NewLeaf; readonly answer: Answer };

/** One attempt to commit a rider's requests. */
export interface Plan<Answer> {
  /** One for each request, in their order. */
  readonly outcomes: readonly Outcome<Answer>[];
  /** Written in the same transaction as the leaves; only beside at least one leaf. */
  readonly statements: readonly Statement[];
}

/**
 * What rides in a log's commit: how one kind of request becomes leaves, and what else is written with
 * them in the same transaction. Requests and answers cross an object's boundary: plain data only.
 */
export interface Rider<Request, Answer> {
  /** Asked in the commit's one read batch. The fence makes what they saw hold until the commit. */
  reads(log: string, requests: readonly Request[]): readonly Statement[];
  /**
   * Decides every request of the group. Salts, times and ids are made here, once: a write whose answer
   * was lost is sent again with the same bytes; after a lost fence the group is read and planned anew.
   * @param results one for each statement of `reads`
   * @param firstIndex the log's index of the plan's first leaf; the others follow without a gap
   */
  plan(
    log: string,
    requests: readonly Request[],
    results: readonly ResultSet[],
    firstIndex: number,
  ): Plan<Answer> | Promise<Plan<Answer>>;
}
