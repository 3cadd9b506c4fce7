import { Hono, type MiddlewareHandler } from "hono";
import { deleteCookie } from "hono/cookie";
import * as v from "valibot";
import { allow, PUBLIC, principalOf } from "../http/access.ts";
import type { AppContext, AppEnv } from "../http/app-env.ts";
import { describe } from "../http/describe.ts";
import { formatInstant } from "../http/fields.ts";
import { parseJson } from "../http/parse.ts";
import { notFound, Problem, tooManyRequests } from "../http/problem.ts";
import { addressOf, limitRate, RateLimiter } from "../http/rate-limit.ts";
import { recheckWatchers } from "../live/room.ts";
import { WORDS_IN } from "../notify/words/tags.ts";
import { actorOf, auditEntry } from "./audit.ts";
import { sessionCookieName, sessionTokenOf, unauthenticated } from "./identify.ts";
import {
  deleteSession,
  memberById,
  membershipsBySession,
  readMemberships,
  readProfile,
  setLanguage,
} from "./queries.ts";
import type { SignedIn } from "./sign-in.ts";

const SignIn = v.strictObject({
  email: v.pipe(v.string("must be a string."), v.maxLength(254, "must have at most 254 characters.")),
  password: v.pipe(v.string("must be a string."), v.maxLength(128, "must have at most 128 characters.")),
});

const Person = v.object({ name: v.string(), email: v.string() });
const Session = v.object({ user: Person, expires_at: v.string() });
const Me = v.object({
  user: v.object({ ...Person.entries, language: v.nullable(v.string()) }),
  org: v.object({ id: v.string(), name: v.string(), time_zone: v.string() }),
  role: v.picklist(["owner", "admin", "member"]),
});

const Language = v.strictObject({
  language: v.nullable(v.picklist(WORDS_IN, `must be ${WORDS_IN.join(", ")}, or null.`)),
});

/** An office behind one address signs in at nine o'clock; guessing at one account is slowed down much more. */
const perAddress = limitRate({ burst: 60, perSecond: 1 }, addressOf);
const perAccount = new RateLimiter({ burst: 10, perSecond: 1 / 6 });

export const accountRoutes = new Hono<AppEnv>();

accountRoutes.post(
  "/api/auth/sign-in/email",
  allow(PUBLIC),
  describe({
    summary: "Sign in with e-mail and password: sets the session cookie, good for seven days",
    tag: "Accounts",
    body: { schema: SignIn, media: ["application/json"] },
    answers: { 200: { description: "Signed in", json: Session } },
  }),
  fromOwnPages(),
  perAddress,
  async (c) => {
    const credentials = await parseJson(c, SignIn, { maxBytes: 4096 });
    const settings = c.get("settings");
    if (settings.rateLimits) {
      const wait = perAccount.take(`${addressOf(c)} ${credentials.email.toLowerCase()}`, Date.now());
      if (wait > 0) throw tooManyRequests(wait);
    }
    const { signIn } = await import("./sign-in.ts");
    return answerSession(c, await signIn(settings, credentials));
  },
);

accountRoutes.get(
  "/api/auth/get-session",
  allow(PUBLIC),
  describe({
    summary: "The session of the cookie, prolonged when it is older than a day; null without one",
    tag: "Accounts",
    answers: { 200: { description: "The session, or null", json: v.nullable(Session) } },
  }),
  perAddress,
  async (c) => {
    const token = await sessionTokenOf(c);
    if (token === null) return answerSession(c, null);
    const { currentSession } = await import("./sign-in.ts");
    return answerSession(c, await currentSession(c.get("settings"), c.req.header("cookie") ?? ""));
  },
);

// Without the library: it would clear the cookie and say nothing where the session could not be deleted.
accountRoutes.post(
  "/api/auth/sign-out",
  allow(PUBLIC),
  describe({
    summary: "End the session, at once and everywhere",
    tag: "Accounts",
    answers: { 204: { description: "Signed out, or was not signed in" } },
  }),
  fromOwnPages(),
  async (c) => {
    const token = await sessionTokenOf(c);
    if (token !== null) {
      const [memberships] = await c
        .get("database")
        .write([membershipsBySession(token, Date.now()), deleteSession(token)]);
      const person = memberships === undefined ? null : readMemberships(memberships);
      for (const { org } of person?.memberships ?? []) c.executionCtx.waitUntil(recheckWatchers(c.env, org));
    }
    const secure = !c.get("settings").local;
    deleteCookie(c, sessionCookieName(secure), { path: "/", secure, httpOnly: true, sameSite: "Lax" });
    c.header("cache-control", "no-store");
    return c.body(null, 204);
  },
);

accountRoutes.get(
  "/api/v1/me",
  allow({ kind: "member", scope: "metrics:read" }),
  describe({
    summary: "Who is signed in, and in which organisation",
    tag: "Accounts",
    headers: { "C360-Org": "The organisation, for a member of several" },
    answers: { 200: { description: "The member", json: Me } },
  }),
  async (c) => {
    const principal = principalOf(c);
    if (principal.kind !== "member") throw unauthenticated();
    const [result] = await c.get("database").read([memberById(principal.org, principal.userId)]);
    const profile = result === undefined ? null : readProfile(result);
    if (profile === null) throw unauthenticated();
    c.header("cache-control", "private, no-store");
    return c.json(profile);
  },
);

accountRoutes.patch(
  "/api/v1/me",
  allow({ kind: "member", scope: "metrics:read" }),
  describe({
    summary: "In which language mail is written to you; null for the organisation's",
    tag: "Accounts",
    headers: { "C360-Org": "The organisation, for a member of several" },
    body: { schema: Language, media: ["application/json"] },
    answers: { 204: { description: "Noted" } },
  }),
  async (c) => {
    const principal = principalOf(c);
    if (principal.kind !== "member") throw unauthenticated();
    const { language } = await parseJson(c, Language, { maxBytes: 1024 });
    await c.get("database").write([setLanguage({ user: principal.userId }, language)]);
    return c.body(null, 204);
  },
);

accountRoutes.put(
  "/api/v1/orgs/:org/language",
  allow({ kind: "scope", scope: "manage", memberWrites: true }),
  describe({
    summary: "In which language members are written to who chose none; null for English",
    tag: "Accounts",
    body: { schema: Language, media: ["application/json"] },
    answers: { 204: { description: "Noted" } },
  }),
  async (c) => {
    const principal = principalOf(c);
    if (c.req.param("org") !== principal.org) throw notFound("organisation");
    const { language } = await parseJson(c, Language, { maxBytes: 1024 });
    await c.get("database").write([
      setLanguage({ org: principal.org }, language),
      auditEntry({
        id: `audit_${crypto.randomUUID()}`,
        org: principal.org,
        at: Date.now(),
        actor: actorOf(principal),
        action: "org.language",
        target: language ?? "en",
      }),
    ]);
    return c.body(null, 204);
  },
);

function answerSession(c: AppContext, session: SignedIn | null): Response {
  c.header("cache-control", "private, no-store");
  if (session === null) return c.json(null);
  for (const cookie of session.cookies) c.header("set-cookie", cookie, { append: true });
  return c.json({ user: session.user, expires_at: formatInstant(session.expiresAt) });
}

/** A browser names the page that asks; a foreign one may neither sign a visitor in nor out. */
function fromOwnPages(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const origin = c.req.header("origin");
    if (origin !== undefined && origin !== new URL(c.req.url).origin) {
      throw new Problem(
        403,
        "foreign-origin",
        "Foreign origin",
        "This request did not come from our own pages.",
      );
    }
    await next();
  };
}
