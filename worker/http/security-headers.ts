import type { MiddlewareHandler } from "hono";
import type { AppContext, AppEnv } from "./app-env.ts";

/** Content-Security-Policy sources that a page needs beyond its own origin. */
export interface PageSources {
  readonly script?: readonly string[];
  readonly connect?: readonly string[];
  readonly frame?: readonly string[];
  /** May be framed by these; nobody unless told. */
  readonly ancestors?: readonly string[];
}

/** The strict policy of every page: no inline script or style, nothing from elsewhere. */
export function contentSecurityPolicy(sources: PageSources = {}): string {
  const list = (name: string, own: string, more: readonly string[] = []) =>
    `${name} ${[own, ...more].join(" ")}`;
  return [
    "default-src 'none'",
    list("script-src", "'self'", sources.script),
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    list("connect-src", "'self'", sources.connect),
    list("frame-src", "'self'", sources.frame),
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    sources.ancestors === undefined
      ? "frame-ancestors 'none'"
      : `frame-ancestors ${sources.ancestors.join(" ")}`,
  ].join("; ");
}

/** Sent with everything; a route that set one itself keeps it. */
export const securityHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  const set = (name: string, value: string) => {
    if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  };
  if (c.res.status === 101) return;
  set("x-content-type-options", "nosniff");
  set("referrer-policy", "strict-origin-when-cross-origin");
  set(
    "content-security-policy",
    isPage(c) ? contentSecurityPolicy() : "default-src 'none'; frame-ancestors 'none'",
  );
  set("cross-origin-opener-policy", "same-origin");
  set("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()");
  if (!c.get("settings").local)
    set("strict-transport-security", "max-age=63072000; includeSubDomains; preload");
};

function isPage(c: AppContext): boolean {
  return (c.res.headers.get("content-type") ?? "").startsWith("text/html");
}
