import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../db/client.ts";
import { type OpenKind, renderLeaf } from "./leaf.ts";
import { openLeafIndex, readOpenLeafIndex } from "./queries.ts";
import type { Outcome, Plan, Rider } from "./rider.ts";

/** Something public, by its SHA-256 (32 bytes), that the log shall hold. */
export interface OpenLeafRequest {
  readonly kind: OpenKind;
  readonly sha256: Uint8Array;
}

export interface OpenLeafAnswer {
  readonly index: number;
}

/** Policy versions and published notices: the same one twice is one leaf, and both get its index. */
export const openLeaves: Rider<OpenLeafRequest, OpenLeafAnswer> = {
  reads: (log: string, requests: readonly OpenLeafRequest[]): Statement[] =>
    requests.map((request) => openLeafIndex(log, renderLeaf(request))),

  plan(
    _log: string,
    requests: readonly OpenLeafRequest[],
    results: readonly ResultSet[],
    firstIndex: number,
  ): Plan<OpenLeafAnswer> {
    const added = new Map<string, number>();
    const outcomes = requests.map((request, i): Outcome<OpenLeafAnswer> => {
      const bytes = renderLeaf(request);
      const id = bytes.join();
      const known = added.get(id) ?? readOpenLeafIndex(results[i]);
      if (known !== null) return { kind: "settled", answer: { index: known } };
      const index = firstIndex + added.size;
      added.set(id, index);
      return { kind: "leaf", leaf: { kind: request.kind, bytes }, answer: { index } };
    });
    return { outcomes, statements: [] };
  },
};
