import { Hono } from "hono";
import * as v from "valibot";
import { allow, PUBLIC } from "../../http/access.ts";
import type { AppContext, AppEnv } from "../../http/app-env.ts";
import { check } from "../../http/check.ts";
import { describe } from "../../http/describe.ts";
import { Identifier } from "../../http/fields.ts";
import { decodeText, parseJson, parseQuery, readBody, requireMediaType } from "../../http/parse.ts";
import { notFound } from "../../http/problem.ts";
import { addressOf, limitRate } from "../../http/rate-limit.ts";
import { WORDS_IN } from "../words/tags.ts";
import type { Words } from "../words/words.ts";
import { Email, LanguageTag, LISTS, type List } from "./subscription.ts";
import type { SubscriptionKey } from "./tokens.ts";

/**
 * Lists that people join and leave by mail: double opt-in, one click out (RFC 8058). No answer tells
 * whether an address is known. What a link scanner may fetch (GET) changes nothing.
 */
export const subscriptionRoutes = new Hono<AppEnv>();

const MAX_BYTES = 4096;
const FORM = "application/x-www-form-urlencoded";
/** An office behind one address joins on one day; a program that fills mailboxes is stopped early. */
const perAddress = limitRate({ burst: 100, perSecond: 1 / 10 }, addressOf);
/** Mail providers press the button for many people from few addresses. */
const perReader = limitRate({ burst: 300, perSecond: 20 }, addressOf);

const Wished = v.strictObject({
  email: Email,
  language: v.optional(LanguageTag),
  org: v.optional(Identifier),
});
const NoQuery = v.strictObject({});
const FormQuery = v.strictObject({ org: v.optional(Identifier), lang: v.optional(LanguageTag) });
const TokenQuery = v.strictObject({
  token: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/, "must be the one in the mail.")),
});
const ListName = v.picklist(LISTS);

for (const [list, path, summary] of [
  ["policy", "/api/v1/policy/subscriptions", "Ask to be told of policy changes by mail"],
  ["newsletter", "/api/v1/newsletter/subscriptions", "Ask for the newsletter: marketing, a list of its own"],
] as const) {
  subscriptionRoutes.post(
    path,
    allow(PUBLIC),
    describe({
      summary,
      description:
        "Double opt-in: a mail with a link goes to the address where one is due. The answer is always the same. " +
        "`language` is that of the letters, the browser's unless told. `org` names another publisher than the operator.",
      tag: "Policy",
      body: { schema: Wished, media: ["application/json"] },
      answers: { 202: { description: "Taken; nothing is said about the address", json: v.object({}) } },
    }),
    perAddress,
    async (c) => {
      parseQuery(c, NoQuery);
      const { email, language, org } = await parseJson(c, Wished, { maxBytes: MAX_BYTES });
      await wish(c, list, { email, org, language: language ?? (await wordsFor(c)).language });
      return c.json({}, 202, { "cache-control": "no-store" });
    },
  );
}

subscriptionRoutes.get(
  "/subscribe/:list",
  allow(PUBLIC),
  describe({
    summary: "A form to join a list: policy or newsletter",
    tag: "Policy",
    query: FormQuery,
    answers: { 200: page() },
  }),
  async (c) => {
    const { org, lang } = parseQuery(c, FormQuery);
    const list = listOf(c);
    const form = { list, owner: await ownerOf(c, org), pathIn: formIn(list, org) };
    return answerPage(c, (await import("./pages.ts")).subscribePage(await wordsFor(c, lang), form));
  },
);

subscriptionRoutes.post(
  "/subscribe/:list",
  allow(PUBLIC),
  describe({
    summary: "The form, sent",
    tag: "Policy",
    query: FormQuery,
    body: { schema: v.strictObject({ email: Email }), media: [FORM] },
    answers: { 202: page(), 422: page() },
  }),
  perAddress,
  async (c) => {
    const { org, lang } = parseQuery(c, FormQuery);
    const list = listOf(c);
    const words = await wordsFor(c, lang);
    const given = (await formOf(c)).get("email") ?? "";
    const result = check(Email, given);
    const { askedPage, subscribePage } = await import("./pages.ts");
    if (!result.ok) {
      const form = { list, owner: await ownerOf(c, org), pathIn: formIn(list, org) };
      return answerPage(c, subscribePage(words, { ...form, email: given.slice(0, 254), wrong: true }), 422);
    }
    await wish(c, list, { email: result.value, language: words.language, org });
    return answerPage(c, askedPage(words, list), 202);
  },
);

const CONFIRM = "/subscriptions/:org/:id/confirm";
const LEAVE = "/subscriptions/:org/:id/leave";

subscriptionRoutes.get(
  CONFIRM,
  allow(PUBLIC),
  describe({
    summary: "Where a confirmation mail leads: a button, nothing more",
    tag: "Policy",
    query: TokenQuery,
    answers: { 200: page(), 404: page() },
  }),
  perReader,
  async (c) => {
    const { token } = parseQuery(c, TokenQuery);
    const { readConfirmation } = await import("./decide.ts");
    const { confirmedPage, confirmPage, expiredPage } = await import("./pages.ts");
    const found = await readConfirmation(c.get("database"), keyOf(c), token, Date.now());
    const words = await wordsFor(c, found?.language);
    if (found === null) return answerPage(c, expiredPage(words), 404);
    if (found.state === "confirmed") return answerPage(c, confirmedPage(words, found.list));
    return answerPage(c, confirmPage(words, found.list, await ownerOf(c, found.org)));
  },
);

subscriptionRoutes.post(
  CONFIRM,
  allow(PUBLIC),
  describe({
    summary: "Confirm a subscription",
    tag: "Policy",
    query: TokenQuery,
    answers: { 200: page(), 404: page() },
  }),
  perReader,
  async (c) => {
    const { token } = parseQuery(c, TokenQuery);
    const { confirmSubscription } = await import("./decide.ts");
    const { confirmedPage, expiredPage } = await import("./pages.ts");
    const found = await confirmSubscription(c.get("database"), keyOf(c), token, Date.now());
    const words = await wordsFor(c, found?.language);
    if (found === null) return answerPage(c, expiredPage(words), 404);
    recordLater(c);
    return answerPage(c, confirmedPage(words, found.list));
  },
);

subscriptionRoutes.get(
  LEAVE,
  allow(PUBLIC),
  describe({
    summary: "Where the way out in a mail leads: a button, nothing more",
    tag: "Policy",
    query: TokenQuery,
    answers: { 200: page(), 404: page() },
  }),
  perReader,
  async (c) => {
    const { token } = parseQuery(c, TokenQuery);
    const { readDeparture } = await import("./decide.ts");
    const { expiredPage, leavePage } = await import("./pages.ts");
    const leaving = await readDeparture(c.get("database"), c.get("settings").authSecret, keyOf(c), token);
    const words = await wordsFor(c, leaving?.language);
    return leaving === null ? answerPage(c, expiredPage(words), 404) : answerPage(c, leavePage(words));
  },
);

subscriptionRoutes.post(
  LEAVE,
  allow(PUBLIC),
  describe({
    summary:
      "Leave a list: by the page's button, or by a mail program with List-Unsubscribe=One-Click (RFC 8058)",
    tag: "Policy",
    query: TokenQuery,
    answers: { 200: page(), 404: page() },
  }),
  perReader,
  async (c) => {
    // The body says `List-Unsubscribe=One-Click`, in one of two form types; the token alone decides.
    const { token } = parseQuery(c, TokenQuery);
    await readBody(c, MAX_BYTES);
    const { leaveList } = await import("./decide.ts");
    const { expiredPage, leftPage } = await import("./pages.ts");
    const { authSecret } = c.get("settings");
    const left = await leaveList(c.get("database"), authSecret, keyOf(c), token, Date.now());
    const words = await wordsFor(c, left?.language);
    if (left === null) return answerPage(c, expiredPage(words), 404);
    recordLater(c);
    return answerPage(c, leftPage(words));
  },
);

async function wish(
  c: AppContext,
  list: List,
  wished: { readonly email: string; readonly language: string; readonly org: string | undefined },
): Promise<void> {
  const { subscribe } = await import("./subscribe.ts");
  const { ringPostman } = await import("../outbox/ring-postman.ts");
  const settings = c.get("settings");
  const { email, language, org = settings.operatorOrg } = wished;
  const taken = subscribe(c.get("database"), settings, { org, list, email, language, now: Date.now() });
  // After the answer: how long it takes would tell whether the address is known.
  c.executionCtx.waitUntil(taken.then(() => ringPostman(c.env)));
}

/** The decision stands; its record follows, by the cron at the latest. */
function recordLater(c: AppContext): void {
  const key = keyOf(c);
  c.executionCtx.waitUntil(
    import("./record.ts").then(({ recordSubscriptions }) => recordSubscriptions(c.env, key)),
  );
}

async function formOf(c: AppContext): Promise<URLSearchParams> {
  requireMediaType(c, [FORM]);
  return new URLSearchParams(decodeText(await readBody(c, MAX_BYTES)));
}

/** The words in a language that was chosen, or else in the browser's. */
async function wordsFor(c: AppContext, chosen?: string): Promise<Words> {
  const { wordsIn } = await import("../words/words.ts");
  if (chosen !== undefined) return wordsIn(chosen);
  const { chooseLanguage } = await import("../../../consent-banner/language.ts");
  const { wishesOf } = await import("../../consent/tag/tag.ts");
  return wordsIn(chooseLanguage(wishesOf(c.req.header("accept-language")), WORDS_IN));
}

/** The form's own address in a language. */
function formIn(list: List, org: string | undefined): (language: string) => string {
  const publisher = org === undefined ? "" : `org=${org}&`;
  return (language) => `/subscribe/${list}?${publisher}lang=${language}`;
}

function listOf(c: AppContext): List {
  const result = check(ListName, c.req.param("list"));
  if (!result.ok) throw notFound("list");
  return result.value;
}

function keyOf(c: AppContext): SubscriptionKey {
  return { org: c.req.param("org") ?? "", id: c.req.param("id") ?? "" };
}

/** @throws Problem 404 for an unknown organisation */
async function ownerOf(c: AppContext, org = c.get("settings").operatorOrg): Promise<string> {
  const { publisherOf, readPublisher } = await import("../../policy/queries.ts");
  const [rows] = await c.get("database").read([publisherOf(org)]);
  const publisher = readPublisher(rows);
  if (publisher === null) throw notFound("organisation");
  return org === c.get("settings").operatorOrg ? "Callers360" : publisher.name;
}

/** The address carries a token: it is kept nowhere and passed on to nobody. */
async function answerPage(c: AppContext, body: Promise<string>, status: 200 | 202 | 404 | 422 = 200) {
  return c.html(await body, status, {
    "cache-control": "no-store",
    vary: "accept-language",
    "referrer-policy": "no-referrer",
  });
}

function page() {
  return { description: "A page", media: "text/html" };
}
