import type { Database } from "../../../db/client.ts";
import { csvLine } from "../../http/csv.ts";
import { utf8 } from "../../ledger/bytes.ts";
import type { ProvableRecord } from "./consent-history.ts";
import { type LogPart, readPart } from "./consent-log.ts";
import type { LogPlace, LogQuestion } from "./queries.ts";

/** How records are written one after another: what stands before, each part, what stands after. */
export interface LogWriter {
  readonly begin: string;
  part(records: readonly ProvableRecord[], first: boolean): Promise<string> | string;
  /** @param next where a page ended that is not the last */
  end(next: LogPlace | null): string;
}

/** Records read and held at a time. */
const PART = 500;

/**
 * Everything that a question asks for, read while it is taken: one part in memory however long the
 * answer. An error in the middle breaks the connection, so that a cut answer never looks whole.
 * @param first the first part, which was read before the answer began
 */
export function streamLog(
  database: Database,
  question: LogQuestion,
  writer: LogWriter,
  first: LogPart,
): ReadableStream<Uint8Array> {
  let part: LogPart | null = first;
  let begun = false;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (part === null) return;
      const text = await writer.part(part.records, !begun);
      controller.enqueue(
        utf8((begun ? "" : writer.begin) + text + (part.next === null ? writer.end(null) : "")),
      );
      begun = true;
      if (part.next === null) {
        part = null;
        controller.close();
        return;
      }
      part = await readPart(database, question, part.next, PART);
    },
  });
}

/** The first part of a stream. */
export function readFirstPart(
  database: Database,
  question: LogQuestion,
  begin: LogPlace | null,
): Promise<LogPart> {
  return readPart(database, question, begin, PART);
}

/** One page as text. */
export async function writePage(writer: LogWriter, { records, next }: LogPart): Promise<string> {
  return writer.begin + (await writer.part(records, true)) + writer.end(next);
}

/** One JSON object a line. */
export const asLines: LogWriter = {
  begin: "",
  part: (records) => records.map((record) => `${JSON.stringify(record)}\n`).join(""),
  end: () => "",
};

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

/** With a head line, safe in spreadsheets. */
export const asCsv: LogWriter = {
  begin: csvLine(COLUMNS),
  part: (records) =>
    records
      .map(({ index, record: r, salt, receipt }) =>
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
      )
      .join(""),
  end: () => "",
};
