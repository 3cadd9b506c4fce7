import { Hono } from "hono";
import { accepts } from "hono/accepts";
import * as v from "valibot";
import { type Access, allow, principalOf, tenantAnew, tenantOf } from "../http/access.ts";
import type { AppEnv } from "../http/app-env.ts";
import { describe } from "../http/describe.ts";
import { Identifier, Instant, Limit } from "../http/fields.ts";
import { parseQuery } from "../http/parse.ts";
import { invalid } from "../http/problem.ts";
import { limitRate } from "../http/rate-limit.ts";
import { ingest } from "../live/room.ts";
import { admit, refusals } from "./admit.ts";
import { callsAsCsv, streamCalls } from "./calls-csv.ts";
import { CallEvent } from "./event.ts";
import { pagesOf } from "./export-calls.ts";
import { importRoutes } from "./import-routes.ts";
import { listCalls } from "./list-calls.ts";
import { maintenanceRoutes } from "./maintenance-routes.ts";
import { CursorText } from "./page.ts";
import { EVENT_MEDIA, MAX_EVENTS, readEvents } from "./read-events.ts";
import { DIRECTIONS, SENTIMENTS, STATUSES } from "./stored-call.ts";

export const callRoutes = new Hono<AppEnv>();
callRoutes.route("/", maintenanceRoutes);
callRoutes.route("/", importRoutes);

const Count = v.pipe(v.number(), v.integer());

const Receipt = v.object({
  accepted: Count,
  duplicate: Count,
  stale: Count,
  rejected: v.array(
    v.object({
      index: Count,
      event_id: v.nullable(v.string()),
      type: v.string(),
      detail: v.string(),
      errors: v.array(v.object({ pointer: v.string(), detail: v.string() })),
    }),
  ),
  seq: Count,
});

callRoutes.post(
  "/api/v1/calls",
  allow({ kind: "scope", scope: "calls:write" }),
  describe({
    summary: "Send call events",
    description:
      "Each event carries the whole call; the highest revision of a call is the truth. " +
      "A bad event is one rejected row and the rest is stored. NDJSON is one event per line.",
    tag: "Calls",
    body: {
      schema: v.strictObject({ events: v.pipe(v.array(CallEvent), v.maxLength(MAX_EVENTS)) }),
      media: EVENT_MEDIA,
    },
    answers: { 200: { description: "What became of the events", json: Receipt } },
  }),
  limitRate({ perSecond: 200, burst: 1000 }, (c) => principalOf(c).org),
  async (c) => {
    const { org } = principalOf(c);
    const { calls, sources, rejected } = admit(await readEvents(c), org, Date.now());
    const { accepted, duplicate, stale, refused, seq } = await ingest(c.env, org, calls);
    const all = [...rejected, ...refusals(refused, sources)].sort((a, b) => a.index - b.index);
    return c.json({ accepted, duplicate, stale, rejected: all, seq });
  },
);

const CallsQuery = v.strictObject({
  from: v.optional(Instant),
  to: v.optional(Instant),
  team: v.optional(Identifier),
  caller: v.optional(Identifier),
  status: v.optional(v.picklist(STATUSES, `must be ${STATUSES.join(", ")}.`)),
  cursor: v.optional(CursorText),
  limit: Limit(1000, 100),
});

const Score = v.nullable(v.number());

const CallPageAnswer = v.object({
  calls: v.array(
    v.object({
      call_id: v.string(),
      revision: Count,
      team_id: v.string(),
      caller_id: v.string(),
      customer_ref: v.nullable(v.string()),
      direction: v.picklist(DIRECTIONS),
      status: v.picklist(STATUSES),
      started_at: v.string(),
      duration_s: Count,
      analysis: v.nullable(
        v.object({
          clarity: Score,
          proficiency: Score,
          volume: Score,
          sentiment: v.nullable(v.picklist(SENTIMENTS)),
          keywords: v.array(v.string()),
        }),
      ),
    }),
  ),
  next_cursor: v.nullable(v.string()),
});

const MAY_READ: Access = { kind: "scope", scope: "calls:read" };

callRoutes.get(
  "/api/v1/calls",
  allow(MAY_READ),
  describe({
    summary: "List calls, newest first",
    description:
      "With Accept: text/csv and without limit all of them in one stream; with limit a page, " +
      "and the next one in the Link header.",
    tag: "Calls",
    query: CallsQuery,
    answers: { 200: { description: "A page of calls", json: CallPageAnswer } },
  }),
  async (c) => {
    const { cursor: after, ...filter } = parseQuery(c, CallsQuery);
    if (filter.from !== undefined && filter.to !== undefined && filter.from >= filter.to) {
      throw invalid([{ parameter: "to", detail: "must be after from." }]);
    }
    c.header("cache-control", "private, no-store");
    c.header("vary", "Accept");
    const csv = accepts(c, ACCEPTED) === "text/csv";
    if (csv) {
      c.header("content-type", "text/csv; charset=utf-8");
      c.header("content-disposition", 'attachment; filename="calls.csv"');
    }
    const { org } = principalOf(c);
    if (csv && c.req.query("limit") === undefined) {
      const database = await tenantAnew(c, MAY_READ);
      return c.body(await streamCalls(pagesOf(database, org, filter), after));
    }
    const page = await listCalls(tenantOf(c), org, { ...filter, after });
    if (page.next_cursor !== null) {
      const next = new URL(c.req.url);
      next.searchParams.set("cursor", page.next_cursor);
      c.header("link", `<${next.pathname}${next.search}>; rel="next"`);
    }
    return csv ? c.body(callsAsCsv(page.calls)) : c.json(page);
  },
);

const ACCEPTED: Parameters<typeof accepts>[1] = {
  header: "Accept",
  supports: ["application/json", "text/csv"],
  default: "application/json",
};
