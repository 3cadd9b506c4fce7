import type { Hono, MiddlewareHandler } from "hono";
import type { AppContext, AppEnv } from "../http/app-env.ts";
import { answersTo, misdirected } from "../http/host.ts";
import { notFound } from "../http/problem.ts";
import { originsAmong, readOrigins } from "./sites/queries.ts";

/**
 * The same-origin option: a site routes `/_c360/*` on its own host to this worker, so that the banner is
 * first party and its cookie is set by `Set-Cookie`. It opens what visitors use, and nothing else.
 */

const BASE = "/_c360";
const OPEN =
  /^\/(?:c\/(?<script>[A-Za-z0-9_.:-]+?)(?:\.js|\.json|\/[0-9a-f]{32}\.js)|api\/v1\/(?:consent|collect)\/(?<api>[A-Za-z0-9_.:-]+)(?:\/cns_[A-Za-z0-9_-]{22})?|consent\/(?<form>[A-Za-z0-9_.:-]+)(?:\/history)?)$/;
/** Belong to no site: style sheets of the form, and receipts. */
const SHARED = /^\/(?:(?:tokens|pages)\.css|log\/[A-Za-z0-9_.:-]+\/receipt\/\d+\.tlog-proof)$/;

/** A request that came by a site's own host. */
export interface ByOwnHost {
  readonly base: string;
  /** The site's, as it is registered. */
  readonly origin: string;
  readonly secure: boolean;
}

const known = new WeakMap<Request, ByOwnHost>();

/** How the request came, where it came by the site's own host. */
export function byOwnHost(c: AppContext): ByOwnHost | undefined {
  return known.get(c.req.raw);
}

/**
 * Answers `/_c360/*` as the same path without it, on hosts that are registered for the site in the path.
 * A proxy that has to name our host says its own in X-Forwarded-Host.
 * @throws Problem 421 for another host, 404 for what is not open there
 */
export function sameOrigin(app: Hono<AppEnv>): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    // Nearly every request is another, and goes on without a URL taken apart.
    if (!c.req.url.includes(BASE)) return next();
    const url = new URL(c.req.url);
    if (!url.pathname.startsWith(`${BASE}/`)) return next();
    const path = url.pathname.slice(BASE.length);
    const { script, api, form } = OPEN.exec(path)?.groups ?? {};
    const site = script ?? api ?? form;
    if (site === undefined && !SHARED.test(path)) throw notFound("page or route");
    const asked = c.req.header("host") ?? url.host;
    const forwarded = c.req.header("x-forwarded-host");
    const own = answersTo(asked, c.get("settings"));
    const host = (own && forwarded !== undefined ? forwarded : asked).toLowerCase();
    const [origin] = await registeredOrigins(c, site, host);
    if (origin === undefined) throw misdirected();
    const settings = c.get("settings");
    const request = new Request(`${settings.publicUrl}${path}${url.search}`, c.req.raw);
    request.headers.set("host", new URL(settings.publicUrl).host);
    known.set(request, { base: BASE, origin, secure: origin.startsWith("https:") });
    return app.fetch(request, c.env, c.executionCtx);
  };
}

/** Origins with this host, of this site or, for what belongs to none, of any. */
async function registeredOrigins(c: AppContext, site: string | undefined, host: string): Promise<string[]> {
  const candidates = [`https://${host}`, `http://${host}`];
  const [found] = await c.get("database").read([originsAmong(candidates, site ?? null)]);
  return readOrigins(found);
}
