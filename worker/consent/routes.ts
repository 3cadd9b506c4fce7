import { Hono } from "hono";
import * as v from "valibot";
import type { Env } from "../env.ts";
import { allow, PUBLIC, principalOf, SITE_ORIGIN } from "../http/access.ts";
import { readableByAnyOrigin } from "../http/any-origin.ts";
import type { AppContext, AppEnv } from "../http/app-env.ts";
import { check } from "../http/check.ts";
import { describe } from "../http/describe.ts";
import { parseJson, parseQuery } from "../http/parse.ts";
import { invalid, notFound } from "../http/problem.ts";
import { addressOf, limitRate } from "../http/rate-limit.ts";
import { CollectBody, collect } from "./analytics/collect.ts";
import { listKeptEvents } from "./analytics/kept-events.ts";
import { ChoiceBody, ConsentId, IdempotencyKey } from "./choice.ts";
import { countryOf, hearsSignal } from "./circumstances.ts";
import { erasureRoutes } from "./erasure/routes.ts";
import { CHALLENGE_ANSWER } from "./floods/challenge.ts";
import { giveConsent } from "./give-consent.ts";
import { consentHistory } from "./log/consent-history.ts";
import { consentLogRoutes } from "./log/consent-log-routes.ts";
import { readPublished } from "./notices/published.ts";
import { forCountry } from "./region.ts";
import { byOwnHost } from "./same-origin.ts";
import {
  answerPreflight,
  expectRegisteredOrigin,
  originNotRegistered,
  type ReachedSite,
  readableByKnownOrigin,
  requireRegisteredOrigin,
  siteForAnyOrigin,
} from "./site-origin.ts";
import { serveScript } from "./tag/serve-script.ts";

const CHOICE_BYTES = 8 * 1024;
const COLLECT_BYTES = 64 * 1024;
/** `text/plain` makes a simple request: no preflight, so it survives a closing tab. */
const BODY_MEDIA = ["application/json", "text/plain"] as const;
/** A browser chooses a few times a day; an office behind one address is many browsers. */
const GENEROUS = { burst: 300, perSecond: 20 };
/** How long a browser may go on with a notice that has been replaced. */
const MAX_AGE_S = 60;
const FOR_EVER = "public, max-age=31536000, immutable";

const KeyInQuery = v.strictObject({
  key: v.optional(IdempotencyKey),
  challenge: v.optional(
    v.pipe(v.string(), v.regex(CHALLENGE_ANSWER, "must be TICKET.NUMBER of a challenge.")),
  ),
});
const NoQuery = v.strictObject({});
/** Language tags, most wanted first. */
const LanguageQuery = v.strictObject({
  language: v.optional(v.pipe(v.string(), v.maxLength(1000), v.regex(/^[\w,-]*$/))),
});
const EventsQuery = v.strictObject({ consent_id: ConsentId });

const Receipt = v.object({
  consent_id: v.string(),
  index: v.number(),
  record: v.unknown(),
  salt: v.string(),
  receipt: v.string(),
});
const Provable = v.object({ index: v.number(), record: v.unknown(), salt: v.string(), receipt: v.string() });
const Flags = v.object({ preferences: v.boolean(), analytics: v.boolean(), marketing: v.boolean() });

export const consentRoutes = new Hono<AppEnv>();

consentRoutes.use("/c/*", readableByAnyOrigin);
consentRoutes.use("/api/v1/consent/:site/*", readableByKnownOrigin);
consentRoutes.use("/api/v1/collect/:site/*", readableByKnownOrigin);

consentRoutes.route("/", erasureRoutes);
consentRoutes.route("/", consentLogRoutes);

consentRoutes.get(
  "/c/:file{[A-Za-z0-9_.:-]+\\.js(?:on)?}",
  allow(PUBLIC),
  describe({
    summary: "The banner of a site, {site}.js, or what the site has published, {site}.json",
    description:
      "The script is code, configuration and the best language for Accept-Language in one; ?language=hi,en wishes for others, and leaves the texts of the best one only in {site}.json. notice_hash is the SHA-256, in hex, of the RFC 8785 form of notice.",
    tag: "Consent",
    query: LanguageQuery,
    answers: {
      200: {
        description: "A script (text/javascript), or what is published",
        json: v.object({
          site: v.string(),
          policy_version: v.string(),
          notice: v.unknown(),
          notice_hash: v.string(),
          coming_change: v.optional(
            v.object({
              policy_version: v.string(),
              effective_at: v.string(),
              time_zone: v.string(),
              url: v.string(),
            }),
          ),
        }),
      },
    },
  }),
  async (c) => {
    const { language } = parseQuery(c, LanguageQuery);
    const [, site = "", form] = /^(.+)\.(js|json)$/.exec(c.req.param("file")) ?? [];
    const now = Date.now();
    const { configuration, nextChangeAt } = await readPublished(
      c.get("database"),
      c.get("settings"),
      site,
      now,
    );
    const here = forCountry(configuration, countryOf(c));
    // No cache tells countries apart, but the visitor's own.
    const shared = configuration.notice.regions === undefined ? "public" : "private";
    const cache = `${shared}, max-age=${secondsUntil(nextChangeAt, now)}`;
    // The compiled banner is a chunk of its own: nothing else needs it.
    const { compileTag, inBestLanguage } = await import("./tag/tag.ts");
    c.executionCtx.waitUntil(showInLog(c.env, site));
    if (form === "json") {
      const answer = language === undefined ? configuration : inBestLanguage(here, language);
      const { compressed } = await import("./tag/compressed.ts");
      const name = ["json", ...(language === undefined ? [] : Object.keys(answer.notice.texts))].join(" ");
      const json = await compressed(c, site, name, JSON.stringify(answer));
      return serveScript(c, json, cache, [], "application/json");
    }
    const script = compileTag(here, language ?? c.req.header("accept-language"));
    return serveScript(c, script, cache, ["Accept-Language"]);
  },
);

consentRoutes.get(
  "/c/:site/:file{[0-9a-f]{32}\\.js}",
  allow(PUBLIC),
  describe({
    summary: "The banner's code only, permanent: for subresource integrity",
    tag: "Consent",
    answers: { 200: { description: "The script", media: "text/javascript" } },
  }),
  async (c) => {
    parseQuery(c, NoQuery);
    const { permanentCode } = await import("./tag/permanent-code.ts");
    const script = await permanentCode(c.get("database"), c.req.param("file").slice(0, -".js".length));
    if (script === null) throw notFound("banner build");
    c.executionCtx.waitUntil(showInLog(c.env, c.req.param("site")));
    return serveScript(c, script, FOR_EVER, []);
  },
);

consentRoutes.options("/api/v1/consent/:site", allow(SITE_ORIGIN), preflight("a choice"), answerPreflight);

consentRoutes.post(
  "/api/v1/consent/:site",
  allow(SITE_ORIGIN),
  describe({
    summary: "Record a visitor's choice; answered once it is in the log",
    tag: "Consent",
    query: KeyInQuery,
    headers: {
      "Idempotency-Key": "16–128 of A-Z a-z 0-9 _ -; or ?key=",
      "Sec-GPC": "1 where the browser says so",
    },
    body: { schema: ChoiceBody, media: BODY_MEDIA },
    answers: {
      201: { description: "Recorded: record and salt give the leaf's commitment again", json: Receipt },
    },
  }),
  limitRate(GENEROUS, addressOf),
  async (c) => {
    const site = await expectRegisteredOrigin(c);
    const { key, challenge } = parseQuery(c, KeyInQuery);
    const idempotencyKey = idempotencyKeyOf(c, key);
    const body = await parseJson(c, ChoiceBody, { maxBytes: CHOICE_BYTES, accept: BODY_MEDIA });
    const give = (reached: ReachedSite) =>
      giveConsent(c.env, reached, body, {
        idempotencyKey,
        signal: hearsSignal(c),
        country: countryOf(c),
        challenge,
      });
    // What was remembered may be out of date: one look-up tells.
    const given = (await give(site)) ?? (await give(await requireRegisteredOrigin(c)));
    if (given === null) throw originNotRegistered(c);
    if (given.repeated) c.header("idempotent-replayed", "true");
    if (byOwnHost(c) !== undefined) {
      const { repeatCookie } = await import("./form/repeat-cookie.ts");
      await repeatCookie(c, site.site);
    }
    return c.json(given.receipt, 201, { "cache-control": "no-store" });
  },
);

consentRoutes.options(
  "/api/v1/consent/:site/:consent_id",
  allow(SITE_ORIGIN),
  preflight("a history"),
  answerPreflight,
);

consentRoutes.get(
  "/api/v1/consent/:site/:consent_id",
  allow(PUBLIC),
  describe({
    summary: "A visitor's own records",
    tag: "Consent",
    headers: { Authorization: "Consent SECRET" },
    answers: {
      200: {
        description: "What holds, and everything before it",
        json: v.object({
          current: v.object({
            ...Provable.entries,
            categories: Flags,
            granted_until: v.nullable(v.string()),
          }),
          history: v.array(Provable),
        }),
      },
    },
  }),
  limitRate(GENEROUS, addressOf),
  async (c) => {
    c.header("cache-control", "private, no-store");
    const site = await siteForAnyOrigin(c);
    parseQuery(c, NoQuery);
    const { consent_id } = c.req.param();
    const authorization = c.req.header("authorization");
    return c.json(await consentHistory(c.get("database"), site, consent_id, authorization, Date.now()));
  },
);

consentRoutes.options("/api/v1/collect/:site", allow(SITE_ORIGIN), preflight("events"), answerPreflight);

consentRoutes.post(
  "/api/v1/collect/:site",
  allow(SITE_ORIGIN),
  describe({
    summary: "Analytics events of a visitor who agreed to them",
    tag: "Consent",
    headers: { "Sec-GPC": "1 where the browser says so" },
    body: { schema: CollectBody, media: BODY_MEDIA },
    answers: { 204: { description: "All are kept; one that was there already stays as it is" } },
  }),
  limitRate(GENEROUS, addressOf),
  async (c) => {
    const { org, site } = await requireRegisteredOrigin(c);
    parseQuery(c, NoQuery);
    const { consent_id, events } = await parseJson(c, CollectBody, {
      maxBytes: COLLECT_BYTES,
      accept: BODY_MEDIA,
    });
    await collect(c.get("database"), { org, site, consentId: consent_id, gpc: hearsSignal(c), events });
    return c.body(null, 204);
  },
);

consentRoutes.get(
  "/api/v1/sites/:site/events",
  allow({ kind: "scope", scope: "manage" }),
  describe({
    summary: "The analytics events that were kept of one visitor",
    tag: "Consent",
    query: EventsQuery,
    answers: {
      200: {
        description: "Oldest first",
        json: v.object({
          events: v.array(
            v.object({
              event_id: v.string(),
              name: v.string(),
              at: v.string(),
              path: v.nullable(v.string()),
              received_at: v.string(),
              visitor_key: v.string(),
            }),
          ),
        }),
      },
    },
  }),
  async (c) => {
    c.header("cache-control", "private, no-store");
    const { consent_id } = parseQuery(c, EventsQuery);
    const { org } = principalOf(c);
    const events = await listKeptEvents(c.get("database"), {
      org,
      site: c.req.param("site"),
      consentId: consent_id,
    });
    return c.json({ events });
  },
);

/** At most a minute, and never beyond the moment at which something else is published. */
function secondsUntil(nextChangeAt: number | null, now: number): number {
  if (nextChangeAt === null) return MAX_AGE_S;
  return Math.max(0, Math.min(MAX_AGE_S, Math.floor((nextChangeAt - now) / 1000)));
}

/** Sites for which this isolate has shown its build of the banner in their log, or is about to. */
const shownInLog = new Set<string>();

/** After the answer, since a banner does not wait for its log; what fails now is done by the schedule. */
async function showInLog(env: Env, site: string): Promise<void> {
  if (shownInLog.has(site)) return;
  if (shownInLog.size >= 1000) shownInLog.clear();
  shownInLog.add(site);
  try {
    await (await import("./tag/log-banner.ts")).logBanner(env, site);
  } catch (error) {
    shownInLog.delete(site);
    console.error(JSON.stringify({ level: "error", at: "log-banner", site, error: String(error) }));
  }
}

function preflight(what: string) {
  return describe({
    summary: `CORS preflight before ${what}`,
    tag: "Consent",
    answers: { 204: { description: "The origin is registered" } },
  });
}

/** From the header, or from `?key=` where headers cannot be set. @throws Problem 422 */
function idempotencyKeyOf(c: AppContext, key: string | undefined): string {
  const header = c.req.header("idempotency-key");
  if (header === undefined && key !== undefined) return key;
  const result = check(IdempotencyKey, header);
  if (!result.ok) {
    throw invalid(result.errors.map(({ detail }) => ({ header: "Idempotency-Key", detail })));
  }
  if (key !== undefined && key !== result.value) {
    throw invalid([{ parameter: "key", detail: "differs from the header Idempotency-Key." }]);
  }
  return result.value;
}
