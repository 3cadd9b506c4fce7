import type { MiddlewareHandler } from "hono";
import type { AppContext, AppEnv } from "../http/app-env.ts";
import { Problem } from "../http/problem.ts";
import { readSite, type Site, siteById, siteByOrigin } from "./queries.ts";

/** A site as a browser on one of its registered origins reached it. */
export interface ReachedSite extends Site {
  readonly origin: string;
}

/**
 * Origins that this isolate has seen registered, and their sites: a hint, oldest out first. It lets a browser
 * read a refusal, and a commit that checks the origin itself do without a look-up.
 */
const seen = new Map<string, ReachedSite>();
const SEEN_SIZE = 1000;

/** First on all that browsers call, whatever the method: refusals before the origin was looked up are readable too. */
export const readableByKnownOrigin: MiddlewareHandler<AppEnv> = async (c, next) => {
  c.header("vary", "Origin");
  const origin = c.req.header("origin");
  if (origin !== undefined && seen.has(pair(c, origin))) letRead(c, origin);
  await next();
};

/**
 * The site in the path, if the request's Origin is registered for it; the answer is then readable there.
 * An unknown site has no origins, so it is refused in the same words.
 * @throws Problem 403 `origin-not-registered`
 */
export async function requireRegisteredOrigin(c: AppContext): Promise<ReachedSite> {
  const origin = c.req.header("origin");
  if (origin === undefined || origin === "null") throw originNotRegistered(c);
  const [found] = await c.get("database").read([siteByOrigin(siteOf(c), origin)]);
  const site = readSite(found);
  if (site === null) throw originNotRegistered(c);
  const reached = { ...site, origin };
  remember(pair(c, origin), reached);
  letRead(c, origin);
  return reached;
}

/**
 * The same as this isolate remembers it, looked up only where it does not. For a caller whose own
 * transaction checks that the origin is still registered.
 * @throws Problem 403 `origin-not-registered`
 */
export async function expectRegisteredOrigin(c: AppContext): Promise<ReachedSite> {
  const origin = c.req.header("origin") ?? "";
  const known = seen.get(pair(c, origin));
  if (known === undefined) return requireRegisteredOrigin(c);
  letRead(c, origin);
  return known;
}

/** The site in the path for a request that needs no Origin; a registered one may read the answer. */
export async function siteForAnyOrigin(c: AppContext): Promise<Site | null> {
  const origin = c.req.header("origin") ?? "";
  const [byId, byOrigin] = await c
    .get("database")
    .read([siteById(siteOf(c)), siteByOrigin(siteOf(c), origin)]);
  if (readSite(byOrigin) !== null) letRead(c, origin);
  return readSite(byId);
}

/** Answers a preflight. @throws Problem 403 `origin-not-registered` */
export async function answerPreflight(c: AppContext): Promise<Response> {
  await requireRegisteredOrigin(c);
  c.header("access-control-allow-methods", "GET, POST, DELETE");
  c.header("access-control-allow-headers", "content-type, idempotency-key, authorization");
  c.header("access-control-max-age", "600");
  return c.body(null, 204);
}

function letRead(c: AppContext, origin: string): void {
  c.header("access-control-allow-origin", origin);
  c.header("access-control-expose-headers", "idempotent-replayed, retry-after, c360-challenge");
}

/** 403, which no page may read; what was remembered of the origin is forgotten. */
export function originNotRegistered(c: AppContext): Problem {
  const origin = c.req.header("origin");
  if (origin !== undefined) seen.delete(pair(c, origin));
  c.header("access-control-allow-origin", undefined);
  return new Problem(
    403,
    "origin-not-registered",
    "Origin not registered",
    "This request has to come from a page whose origin is registered for the site.",
    { errors: [{ header: "Origin", detail: "is not registered for this site." }] },
  );
}

function remember(id: string, reached: ReachedSite): void {
  seen.set(id, reached);
  const oldest = seen.keys().next();
  if (seen.size > SEEN_SIZE && !oldest.done) seen.delete(oldest.value);
}

function pair(c: AppContext, origin: string): string {
  return `${siteOf(c)} ${origin}`;
}

function siteOf(c: AppContext): string {
  return c.req.param("site") ?? "";
}
