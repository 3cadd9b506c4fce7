import { Hono } from "hono";
import * as v from "valibot";
import { allow, principalOf } from "../../http/access.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { describe } from "../../http/describe.ts";
import { Instant } from "../../http/fields.ts";
import { parseQuery } from "../../http/parse.ts";
import { invalid } from "../../http/problem.ts";

export const figureRoutes = new Hono<AppEnv>();

const DAY_MS = 86_400_000;
const USUAL_DAYS = 30;
const MOST_DAYS = 400;

const Date_ = v.pipe(
  v.string(),
  v.transform((text) => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text)),
  Instant,
);
const MetricsQuery = v.strictObject({ from: v.optional(Date_), to: v.optional(Date_) });
const Count = { n: v.number() };
const Actions = v.array(v.object({ action: v.nullable(v.string()), ...Count }));

figureRoutes.get(
  "/api/v1/sites/:site/consent-metrics",
  allow({ kind: "scope", scope: "manage" }),
  describe({
    summary: "What a site's visitors chose: by day, action, category, language, country, notice",
    description:
      "Days are UTC and whole: `from` and `to` (dates or instants) are widened to them; 30 days to now unless " +
      "told. Groups under ten choices are told as one with others (null, or not_told), and days with fewer are " +
      "told together with the days after them, so that no two answers differ by fewer than ten.",
    tag: "Consent",
    query: MetricsQuery,
    answers: {
      200: {
        description: "Counts of choices",
        json: v.object({
          from: v.string(),
          to: v.string(),
          least_group: v.number(),
          n: v.number(),
          days: v.array(v.object({ from: v.string(), to: v.string(), ...Count, actions: Actions })),
          actions: Actions,
          categories: v.array(
            v.object({
              category: v.string(),
              granted: v.number(),
              refused: v.number(),
              not_told: v.number(),
            }),
          ),
          languages: v.array(v.object({ language: v.nullable(v.string()), ...Count })),
          countries: v.array(v.object({ country: v.nullable(v.string()), ...Count })),
          notices: v.array(
            v.object({
              policy_version: v.nullable(v.string()),
              notice_hash: v.nullable(v.string()),
              ...Count,
            }),
          ),
        }),
      },
    },
  }),
  async (c) => {
    const { from, to } = parseQuery(c, MetricsQuery);
    const now = Date.now();
    const before = Math.ceil((to ?? now + 1) / DAY_MS);
    const first = from === undefined ? before - USUAL_DAYS : Math.floor(from / DAY_MS);
    if (first >= before) throw invalid([{ parameter: "from", detail: "must be before to." }]);
    if (before - first > MOST_DAYS) {
      throw invalid([{ parameter: "from", detail: `must be at most ${MOST_DAYS} days before to.` }]);
    }
    const { consentMetrics } = await import("./consent-metrics.ts");
    const key = { org: principalOf(c).org, site: c.req.param("site") };
    const figures = await consentMetrics(c.get("database"), key, { from: first, before }, now);
    return c.json(figures, 200, { "cache-control": "private, no-store" });
  },
);
