import * as v from "valibot";
import type { Database } from "../../../db/client.ts";
import { Identifier, Instant, Limit } from "../../http/fields.ts";
import { invalid, notFound } from "../../http/problem.ts";
import { readSignedHead } from "../../ledger/read-log.ts";
import { ACTIONS, ConsentId } from "../choice.ts";
import { type ProvableRecord, provable } from "./consent-history.ts";
import {
  type LogPlace,
  type LogQuestion,
  logsOfOrg,
  readLogs,
  readPlace,
  readRecords,
  recordsOfOrg,
  type StoredRecord,
} from "./queries.ts";

/** Where a page ended: time, index and log of its last record. */
const Cursor = v.pipe(
  v.string("must be a next_cursor of this list."),
  v.rawTransform<string, LogPlace>(({ dataset, addIssue, NEVER }) => {
    const match = /^(\d{1,15})~(\d{1,15})~([A-Za-z0-9_.:-]{1,128})$/.exec(dataset.value);
    const [, at, index, log] = match ?? [];
    if (log !== undefined) return { at: Number(at), index: Number(index), log };
    addIssue({ message: "must be a next_cursor of this list." });
    return NEVER;
  }),
);

const FORMATS = ["json", "ndjson", "csv", "iso27560"] as const;
export type LogFormat = (typeof FORMATS)[number];

export const ConsentLogQuery = v.strictObject({
  site: v.optional(Identifier),
  from: v.optional(Instant),
  to: v.optional(Instant),
  action: v.optional(v.picklist(ACTIONS, `must be one of ${ACTIONS.join(", ")}.`)),
  policy_version: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[A-Za-z0-9._-]{1,64}$/, "must be the last part of a policy version's address."),
    ),
  ),
  consent_id: v.optional(ConsentId),
  format: v.optional(v.picklist(FORMATS, `must be one of ${FORMATS.join(", ")}.`)),
  cursor: v.optional(Cursor),
  /** Where the answer is one page; without it, lines, CSV and receipts go to the end. */
  limit: v.optional(v.unwrap(Limit(1000, 100))),
});
export type ConsentLogQuery = v.InferOutput<typeof ConsentLogQuery>;

/** What is asked for, and the checkpoint that covers all of it. */
export interface CoveredQuestion extends LogQuestion {
  /** Signed, verbatim. */
  readonly checkpoint: string;
}

/**
 * Binds a question to the log it is about and to that log's newest checkpoint: what is committed later
 * is not part of the answer.
 * @throws Problem 404 for a site of somebody else, 422 for a range without time, and where the
 * organisation has several logs and no site is named
 */
export async function coverQuestion(
  database: Database,
  org: string,
  query: ConsentLogQuery,
  ledgerSecret: string,
): Promise<CoveredQuestion> {
  const { site, from, to } = query;
  if (from !== undefined && to !== undefined && from >= to) {
    throw invalid([{ parameter: "to", detail: "must be after from." }]);
  }
  const log = await logOf(database, org, site ?? null);
  const head = await readSignedHead(database, log, ledgerSecret);
  if (head === null) throw new Error(`${log} is not in the directory`);
  return {
    org,
    log,
    size: head.size,
    checkpoint: head.checkpoint,
    site: site ?? null,
    consentId: query.consent_id ?? null,
    action: query.action ?? null,
    policyVersion: query.policy_version ?? null,
    from: from ?? 0,
    to: to ?? Number.MAX_SAFE_INTEGER,
  };
}

/** @throws Problem 404, 422 as `coverQuestion` */
export async function logOf(database: Database, org: string, site: string | null): Promise<string> {
  const [found] = await database.read([logsOfOrg(org, site)]);
  const [log, ...more] = readLogs(found);
  if (log === undefined) throw notFound(site === null ? "log" : "site");
  if (more.length > 0) {
    throw invalid([{ parameter: "site", detail: "is required: your sites are in several logs." }]);
  }
  return log;
}

/** A part of the answer, in the order in which the records were made. */
export interface LogPart {
  readonly records: readonly ProvableRecord[];
  /** Null on the last part. */
  readonly next: LogPlace | null;
}

/** Windows of rows read for one part: a filter that meets few of them gives short parts, never slow ones. */
const MAX_WINDOWS = 20;

export async function readPart(
  database: Database,
  question: LogQuestion,
  begin: LogPlace | null,
  limit: number,
): Promise<LogPart> {
  const found: StoredRecord[] = [];
  let after = begin;
  for (let window = 0; window < MAX_WINDOWS; window += 1) {
    // One more than asked tells whether there is another part.
    const wanted = limit + 1 - found.length;
    const [records, end] = await database.read(recordsOfOrg(question, after, wanted));
    found.push(...readRecords(records));
    if (found.length > limit) {
      const kept = found.slice(0, limit);
      return { records: kept.map(provable), next: kept.at(-1) ?? null };
    }
    after = readPlace(end);
    if (after === null) break;
  }
  return { records: found.map(provable), next: after };
}

export function renderCursor({ at, index, log }: LogPlace): string {
  return `${at}~${index}~${log}`;
}
