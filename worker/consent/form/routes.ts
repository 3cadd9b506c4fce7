import { Hono } from "hono";
import * as v from "valibot";
import { allow, PUBLIC } from "../../http/access.ts";
import type { AppContext, AppEnv } from "../../http/app-env.ts";
import { check } from "../../http/check.ts";
import { describe } from "../../http/describe.ts";
import { decodeText, parseQuery, readBody, requireMediaType } from "../../http/parse.ts";
import { invalid, Problem } from "../../http/problem.ts";
import { addressOf, limitRate } from "../../http/rate-limit.ts";
import { byOwnHost } from "../same-origin.ts";

/**
 * Choosing without script, and the preferences page that a policy links to. Origin rule: posts come from
 * this page itself, not from the site's.
 */
export const formRoutes = new Hono<AppEnv>();

const FORM = "application/x-www-form-urlencoded";
const MAX_BYTES = 8 * 1024;
const GENEROUS = { burst: 60, perSecond: 2 };

const Language = v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{1,35}$/, "must be a language tag (BCP 47)."));
const FormQuery = v.strictObject({ language: v.optional(Language) });
const Box = v.optional(v.literal("on", "must be on, or left out."));
const FormBody = v.strictObject({
  key: v.pipe(v.string("is required."), v.maxLength(2000)),
  action: v.picklist(["accept", "reject", "save"], "must be accept, reject or save."),
  preferences: Box,
  analytics: Box,
  marketing: Box,
});
const HistoryBody = v.strictObject({
  consent_id: v.pipe(v.string("is required."), v.trim(), v.maxLength(100)),
  secret: v.pipe(v.string("is required."), v.trim(), v.maxLength(100)),
  language: Language,
});
const PAGE = { description: "The page, without script", media: "text/html" } as const;

formRoutes.get(
  "/consent/:site",
  allow(PUBLIC),
  describe({
    summary: "Choose without script; the preferences page that a policy links to",
    tag: "Pages",
    query: FormQuery,
    answers: { 200: PAGE },
  }),
  limitRate(GENEROUS, addressOf),
  async (c) => {
    const { language } = parseQuery(c, FormQuery);
    const { openForm } = await import("./answer-form.ts");
    return openForm(c, language);
  },
);

formRoutes.post(
  "/consent/:site",
  allow(PUBLIC),
  describe({
    summary: "The form, sent",
    description:
      "Recorded as a choice of the banner is. Only from the page itself, with its signed hidden key.",
    tag: "Pages",
    body: { schema: FormBody, media: [FORM] },
    answers: { 200: PAGE, 422: { description: "The page again, with what is wrong", media: "text/html" } },
  }),
  limitRate(GENEROUS, addressOf),
  async (c) => {
    requireOwnPage(c);
    const { key, action, ...boxes } = await parseForm(c, FormBody);
    const { answerForm } = await import("./answer-form.ts");
    const categories = {
      preferences: boxes.preferences !== undefined,
      analytics: boxes.analytics !== undefined,
      marketing: boxes.marketing !== undefined,
    };
    return answerForm(c, { key, action, categories });
  },
);

formRoutes.post(
  "/consent/:site/history",
  allow(PUBLIC),
  describe({
    summary: "A visitor's own records and receipts, by consent id and secret",
    tag: "Pages",
    body: { schema: HistoryBody, media: [FORM] },
    answers: {
      200: PAGE,
      403: { description: "The page again: no such id with this secret", media: "text/html" },
    },
  }),
  limitRate(GENEROUS, addressOf),
  async (c) => {
    requireOwnPage(c);
    const body = await parseForm(c, HistoryBody);
    const { showHistory } = await import("./answer-form.ts");
    return showHistory(c, body);
  },
);

/** Browsers say where a form was sent from, and other sites cannot make them lie. @throws Problem 403 */
function requireOwnPage(c: AppContext): void {
  const page = byOwnHost(c)?.origin ?? new URL(c.req.url).origin;
  if (c.req.header("origin") === page) return;
  throw new Problem(403, "foreign-origin", "Foreign origin", "This form was not sent from its own page.");
}

/** @throws Problem 413, 415, 422: a field that is given twice is wrong too */
async function parseForm<S extends v.GenericSchema>(c: AppContext, schema: S): Promise<v.InferOutput<S>> {
  requireMediaType(c, [FORM]);
  const fields = new URLSearchParams(decodeText(await readBody(c, MAX_BYTES)));
  const twice = [...new Set(fields.keys())].filter((name) => fields.getAll(name).length > 1);
  if (twice.length > 0)
    throw invalid(twice.map((name) => ({ pointer: `/${name}`, detail: "is given twice." })));
  const result = check(schema, Object.fromEntries(fields));
  if (!result.ok) throw invalid(result.errors);
  return result.value;
}
