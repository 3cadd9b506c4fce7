import { Hono } from "hono";
import { accepts } from "hono/accepts";
import * as v from "valibot";
import { allow, principalOf } from "../../http/access.ts";
import type { AppContext, AppEnv } from "../../http/app-env.ts";
import { describe } from "../../http/describe.ts";
import { Identifier } from "../../http/fields.ts";
import { parseQuery } from "../../http/parse.ts";
import { notFound } from "../../http/problem.ts";
import { encodeBase64 } from "../../ledger/base64.ts";
import { utf8 } from "../../ledger/bytes.ts";
import { parseDecimal } from "../../ledger/decimal.ts";
import {
  ConsentLogQuery,
  type CoveredQuestion,
  coverQuestion,
  type LogFormat,
  readPart,
  renderCursor,
} from "./consent-log.ts";
import type { LogWriter } from "./export-log.ts";
import type { LogPlace } from "./queries.ts";

/** The consent records, for the organisation and its auditors. */
export const consentLogRoutes = new Hono<AppEnv>();

const MEDIA: Readonly<Record<LogFormat, string>> = {
  json: "application/json",
  ndjson: "application/x-ndjson",
  csv: "text/csv; charset=utf-8",
  iso27560: "application/vnd.callers360.iso27560+json",
};
const FILES: Readonly<Partial<Record<LogFormat, string>>> = {
  csv: "consent-log.csv",
  iso27560: "consent-receipts.json",
};
const PAGE = 100;

const Provable = v.object({ index: v.number(), record: v.unknown(), salt: v.string(), receipt: v.string() });

consentLogRoutes.get(
  "/api/v1/consent-log",
  allow({ kind: "scope", scope: "consent:read" }),
  describe({
    summary: "The organisation's consent records, in the order in which they were made",
    description:
      "JSON comes in pages. With Accept or format, the same as lines (ndjson), as CSV, or as receipts by ISO/IEC TS 27560 (iso27560): all of it in one stream, or with limit one page whose next is in the Link header. Every answer is covered by the signed checkpoint in it and, in base64, in the header C360-Checkpoint.",
    tag: "Consent",
    query: ConsentLogQuery,
    answers: {
      200: {
        description: "A page of records",
        json: v.object({
          records: v.array(Provable),
          next_cursor: v.nullable(v.string()),
          checkpoint: v.string(),
        }),
      },
    },
  }),
  async (c) => {
    const query = parseQuery(c, ConsentLogQuery);
    const { org } = principalOf(c);
    const database = c.get("database");
    const question = await coverQuestion(database, org, query, c.get("settings").ledgerSecret);
    const format = query.format ?? formatFor(c);
    const { cursor = null, limit } = query;
    c.header("cache-control", "private, no-store");
    c.header("vary", "Accept");
    c.header("c360-checkpoint", encodeBase64(utf8(question.checkpoint)));
    if (format === "json") {
      const page = await readPart(database, question, cursor, limit ?? PAGE);
      linkNext(c, page.next);
      const next_cursor = page.next === null ? null : renderCursor(page.next);
      return c.json({ records: page.records, next_cursor, checkpoint: question.checkpoint });
    }
    const { readFirstPart, streamLog, writePage } = await import("./export-log.ts");
    const writer = await writerFor(c, format, question);
    c.header("content-type", MEDIA[format]);
    const file = FILES[format];
    if (file !== undefined) c.header("content-disposition", `attachment; filename="${file}"`);
    if (limit === undefined) {
      const first = await readFirstPart(database, question, cursor);
      return c.body(streamLog(database, question, writer, first));
    }
    const page = await readPart(database, question, cursor, limit);
    linkNext(c, page.next);
    return c.body(await writePage(writer, page));
  },
);

const OfSite = v.strictObject({ site: v.optional(Identifier) });

consentLogRoutes.get(
  "/api/v1/consent-log/:index",
  allow({ kind: "scope", scope: "consent:read" }),
  describe({
    summary: "One record by its place in the log, with the notice as it was shown and the policy it named",
    description:
      "What `npm run c360 -- prove` prints. 410 where the record was erased. site names the log where you have several.",
    tag: "Consent",
    query: OfSite,
    answers: {
      200: {
        description: "The evidence; receipts and policy by path",
        json: v.object({
          ...Provable.entries,
          log: v.string(),
          vkey: v.string(),
          notice: v.nullable(
            v.object({
              document: v.unknown(),
              published_at: v.string(),
              superseded_at: v.nullable(v.string()),
              receipt: v.nullable(v.string()),
            }),
          ),
          policy: v.nullable(
            v.object({ version: v.string(), url: v.string(), receipt: v.nullable(v.string()) }),
          ),
        }),
      },
    },
  }),
  async (c) => {
    c.header("cache-control", "private, no-store");
    const { site = null } = parseQuery(c, OfSite);
    const index = parseDecimal(c.req.param("index"));
    if (index === null) throw notFound("consent at this index of the log");
    const question = { org: principalOf(c).org, site, index, now: Date.now() };
    const { readEvidence } = await import("./evidence.ts");
    return c.json(await readEvidence(c.get("database"), c.get("settings"), question));
  },
);

function formatFor(c: AppContext): LogFormat {
  const media = accepts(c, {
    header: "Accept",
    supports: Object.values(MEDIA).map(bare),
    default: MEDIA.json,
  });
  const formats: readonly LogFormat[] = ["json", "ndjson", "csv", "iso27560"];
  return formats.find((format) => bare(MEDIA[format]) === media) ?? "json";
}

/** Without parameters. */
function bare(media: string): string {
  return media.split(";")[0] ?? media;
}

async function writerFor(
  c: AppContext,
  format: Exclude<LogFormat, "json">,
  { org, log, checkpoint }: CoveredQuestion,
): Promise<LogWriter> {
  const { asCsv, asLines } = await import("./export-log.ts");
  if (format === "ndjson") return asLines;
  if (format === "csv") return asCsv;
  const { asReceipts } = await import("./iso-27560.ts");
  const { publicUrl } = c.get("settings");
  const cursorOf = (next: LogPlace | null) => (next === null ? null : renderCursor(next));
  return asReceipts(c.get("database"), { org, log, publicUrl }, checkpoint, cursorOf);
}

function linkNext(c: AppContext, next: LogPlace | null): void {
  if (next === null) return;
  const url = new URL(c.req.url);
  url.searchParams.set("cursor", renderCursor(next));
  c.header("link", `<${url.pathname}${url.search}>; rel="next"`);
}
