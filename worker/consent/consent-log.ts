import * as v from "valibot";
import type { Database } from "../../db/client.ts";
import { csvLine } from "../http/csv.ts";
import { Identifier, Instant, Limit } from "../http/fields.ts";
import { invalid, notFound } from "../http/problem.ts";
import { type ProvableRecord, provable } from "./consent-history.ts";
import { readRecords, readSite, recordsOfOrg, siteOfOrg } from "./queries.ts";

/** Where a page ended: time, index and log of its last record. */
const Cursor = v.pipe(
  v.string("must be a next_cursor of this list."),
  v.rawTransform<string, { at: number; index: number; log: string }>(({ dataset, addIssue, NEVER }) => {
    const match = /^(\d{1,15})~(\d{1,15})~([A-Za-z0-9_.:-]{1,128})$/.exec(dataset.value);
    const [, at, index, log] = match ?? [];
    if (log !== undefined) return { at: Number(at), index: Number(index), log };
    addIssue({ message: "must be a next_cursor of this list." });
    return NEVER;
  }),
);

export const ConsentLogQuery = v.strictObject({
  site: v.optional(Identifier),
  from: v.optional(Instant),
  to: v.optional(Instant),
  cursor: v.optional(Cursor),
  limit: Limit(1000, 100),
});

/** One page of an organisation's consent records, in the order in which they were made. */
export interface ConsentLogPage {
  readonly records: readonly ProvableRecord[];
  /** Null on the last page. */
  readonly next_cursor: string | null;
}

/**
 * The organisation's records from `from` (inclusive) to `to` (exclusive).
 * @throws Problem 404 for a site of somebody else, 422 for a range without time
 */
export async function listConsentLog(
  database: Database,
  org: string,
  query: v.InferOutput<typeof ConsentLogQuery>,
): Promise<ConsentLogPage> {
  const { site, limit } = query;
  if (query.from !== undefined && query.to !== undefined && query.from >= query.to) {
    throw invalid([{ parameter: "to", detail: "must be after from." }]);
  }
  const [records, own] = await database.read([
    recordsOfOrg({
      org,
      site: site ?? null,
      from: query.from ?? 0,
      to: query.to ?? Number.MAX_SAFE_INTEGER,
      after: query.cursor ?? null,
      // One more than asked tells whether there is another page.
      limit: limit + 1,
    }),
    ...(site === undefined ? [] : [siteOfOrg(site, org)]),
  ]);
  if (site !== undefined && readSite(own) === null) throw notFound("site");
  const found = readRecords(records);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    records: page.map(provable),
    next_cursor: found.length > limit && last !== undefined ? `${last.at}~${last.index}~${last.log}` : null,
  };
}

/** The same records, one JSON object a line. */
export function consentLogAsLines(records: readonly ProvableRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

const COLUMNS = [
  "index",
  "at",
  "site",
  "consent_id",
  "action",
  "choice",
  "preferences",
  "analytics",
  "marketing",
  "policy_version",
  "notice_hash",
  "language",
  "gpc",
  "country",
  "prev",
  "salt",
  "receipt",
] as const;

/** The same records as CSV with a head line. */
export function consentLogAsCsv(records: readonly ProvableRecord[]): string {
  const lines = records.map(({ index, record: r, salt, receipt }) =>
    csvLine([
      index,
      r.at,
      r.site,
      r.consent_id,
      r.action,
      r.choice,
      String(r.categories.preferences),
      String(r.categories.analytics),
      String(r.categories.marketing),
      r.policy_version,
      r.notice_hash,
      r.language,
      String(r.gpc),
      r.country,
      r.prev,
      salt,
      receipt,
    ]),
  );
  return csvLine(COLUMNS) + lines.join("");
}
