import type { ResultSet } from "@libsql/client/web";
import { canonicalJson, commitmentOf, renderLeaf, SALT_BYTES } from "../../ledger/leaf.ts";
import type { Outcome, Plan, Rider } from "../../ledger/rider.ts";
import { insertRecords, readRecordsFor, recordsFor, type SealedRow } from "./queries.ts";
import { type PersonalRecord, recordKey } from "./record.ts";

export interface RecordedAnswer {
  readonly index: number;
  /** False where the same had been recorded before: its first record holds. */
  readonly added: boolean;
}

/** Records about single persons: each of their keys is one leaf, a commitment, whoever asks how often. */
export const recordRider: Rider<PersonalRecord, RecordedAnswer> = {
  reads: (_log: string, requests: readonly PersonalRecord[]) => [recordsFor(requests)],

  plan(
    log: string,
    requests: readonly PersonalRecord[],
    results: readonly ResultSet[],
    firstIndex: number,
  ): Plan<RecordedAnswer> {
    const before = readRecordsFor(results[0]);
    const added = new Map<string, number>();
    const rows: SealedRow[] = [];
    const outcomes = requests.map((record, place): Outcome<RecordedAnswer> => {
      const id = JSON.stringify([record.org, record.kind, recordKey(record)]);
      const known = before.get(place)?.index ?? added.get(id);
      if (known !== undefined) return { kind: "settled", answer: { index: known, added: false } };
      const index = firstIndex + rows.length;
      const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
      const text = new TextDecoder().decode(canonicalJson(record));
      rows.push({ record, index, text, salt, at: Date.parse(record.at) });
      added.set(id, index);
      const leaf = renderLeaf({ kind: record.kind, commitment: commitmentOf(record, salt) });
      return { kind: "leaf", leaf: { kind: record.kind, bytes: leaf }, answer: { index, added: true } };
    });
    return { outcomes, statements: rows.length === 0 ? [] : [insertRecords(log, rows)] };
  },
};
