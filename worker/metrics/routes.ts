import { Hono } from "hono";
import * as v from "valibot";
import { allow, principalOf, tenantOf } from "../http/access.ts";
import type { AppContext, AppEnv } from "../http/app-env.ts";
import { describe } from "../http/describe.ts";
import { Identifier } from "../http/fields.ts";
import { parseQuery } from "../http/parse.ts";
import { invalid } from "../http/problem.ts";
import {
  CallerAnswer,
  CallersAnswer,
  KeywordsAnswer,
  SeriesAnswer,
  SummaryAnswer,
  WeekAnswer,
} from "./answers.ts";
import { INTERVALS } from "./buckets.ts";
import { businessHoursRoutes } from "./business-hours-routes.ts";
import { caller } from "./caller.ts";
import { callers, SORTS } from "./callers.ts";
import { COMPARISONS } from "./compare.ts";
import { keywords } from "./keywords.ts";
import { CALLER, RANGE, requireOrder } from "./question.ts";
import { series } from "./series.ts";
import { summary } from "./summary.ts";
import { week } from "./week.ts";

export const metricRoutes = new Hono<AppEnv>();

const mayRead = allow({ kind: "scope", scope: "metrics:read" });

const SummaryQuery = v.strictObject({
  ...RANGE,
  ...CALLER,
  compare: v.optional(v.picklist(COMPARISONS, `must be ${COMPARISONS.join(" or ")}.`)),
});

metricRoutes.get(
  "/api/v1/metrics/summary",
  mayRead,
  describe({
    summary: "How many calls, how long, how good",
    tag: "Metrics",
    query: SummaryQuery,
    answers: { 200: { description: "The numbers of the range", json: SummaryAnswer } },
  }),
  async (c) => {
    const question = requireOrder(parseQuery(c, SummaryQuery));
    return answer(c, await summary(tenantOf(c), principalOf(c).org, question, Date.now()));
  },
);

const SeriesQuery = v.strictObject({
  ...RANGE,
  ...CALLER,
  interval: v.picklist(INTERVALS, `must be ${INTERVALS.join(", ")}.`),
});

metricRoutes.get(
  "/api/v1/metrics/series",
  mayRead,
  describe({
    summary: "Calls over time",
    tag: "Metrics",
    query: SeriesQuery,
    answers: { 200: { description: "One point per interval, ascending", json: SeriesAnswer } },
  }),
  async (c) => {
    const question = requireOrder(parseQuery(c, SeriesQuery));
    return answer(c, await series(tenantOf(c), principalOf(c).org, question, Date.now()));
  },
);

const CallersQuery = v.strictObject({
  ...RANGE,
  ...CALLER,
  sort: v.optional(v.picklist(SORTS, `must be one of ${SORTS.join(", ")}.`), "-talk_s"),
});

metricRoutes.get(
  "/api/v1/metrics/callers",
  mayRead,
  describe({
    summary: "The callers with a call in range",
    tag: "Metrics",
    query: CallersQuery,
    answers: { 200: { description: "One line per caller", json: CallersAnswer } },
  }),
  async (c) => {
    const question = requireOrder(parseQuery(c, CallersQuery));
    return answer(c, await callers(tenantOf(c), principalOf(c).org, question, Date.now()));
  },
);

const RangeQuery = v.strictObject({ ...RANGE, ...CALLER });

metricRoutes.get(
  "/api/v1/metrics/week",
  mayRead,
  describe({
    summary: "Calls by local hour of the week",
    tag: "Metrics",
    query: RangeQuery,
    answers: { 200: { description: "All 168 hours", json: WeekAnswer } },
  }),
  async (c) => {
    const question = requireOrder(parseQuery(c, RangeQuery));
    return answer(c, await week(tenantOf(c), principalOf(c).org, question, Date.now()));
  },
);

metricRoutes.get(
  "/api/v1/metrics/keywords",
  mayRead,
  describe({
    summary: "Keywords and the customer's sentiment",
    tag: "Metrics",
    query: RangeQuery,
    answers: { 200: { description: "One line per keyword", json: KeywordsAnswer } },
  }),
  async (c) => {
    const question = requireOrder(parseQuery(c, RangeQuery));
    return answer(c, await keywords(tenantOf(c), principalOf(c).org, question, Date.now()));
  },
);

const CallerQuery = v.strictObject(RANGE);

metricRoutes.get(
  "/api/v1/metrics/caller/:id",
  mayRead,
  describe({
    summary: "One caller: numbers, days and newest calls",
    tag: "Metrics",
    query: CallerQuery,
    answers: { 200: { description: "The caller in this range", json: CallerAnswer } },
  }),
  async (c) => {
    const question = requireOrder(parseQuery(c, CallerQuery));
    const id = v.safeParse(Identifier, c.req.param("id"));
    if (!id.success) throw invalid([{ parameter: "id", detail: "is not a caller's id." }]);
    const { org } = principalOf(c);
    return answer(c, await caller(tenantOf(c), org, { ...question, caller: id.output }, Date.now()));
  },
);

metricRoutes.route("/", businessHoursRoutes);

/** Numbers of an organisation are nobody else's, and stale with the next call. */
function answer(c: AppContext, body: object): Response {
  c.header("cache-control", "private, no-store");
  return c.json(body);
}
