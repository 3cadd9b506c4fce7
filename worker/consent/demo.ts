import { Hono } from "hono";
import * as v from "valibot";
import { allow, PUBLIC } from "../http/access.ts";
import type { AppContext, AppEnv } from "../http/app-env.ts";
import { describe } from "../http/describe.ts";
import { parseQuery } from "../http/parse.ts";
import { notFound } from "../http/problem.ts";
import { contentSecurityPolicy } from "../http/security-headers.ts";

/**
 * A made-up company's site that carries the tag. It belongs to the local start (its site, `site_demo`,
 * exists nowhere else), and is not there under a public host name.
 */
export const demoSiteRoutes = new Hono<AppEnv>();

const FILES = ["analytics.js", "style.css"] as const;
/** The page's own form sends these to the page; nobody reads them. */
const FormQuery = v.strictObject({ name: v.optional(v.string()), phone: v.optional(v.string()) });
const NoQuery = v.strictObject({});

demoSiteRoutes.get(
  "/demo",
  allow(PUBLIC),
  describe({
    summary: "The demo site is at /demo/: what it loads is beside it",
    tag: "Pages",
    answers: { 308: { description: "To /demo/" } },
  }),
  (c) => {
    parseQuery(c, FormQuery);
    if (!c.get("settings").local) throw notFound("page or route");
    return c.redirect(`/demo/${new URL(c.req.url).search}`, 308);
  },
);

demoSiteRoutes.get(
  "/demo/",
  allow(PUBLIC),
  page("The demo site, with the tag from another origin"),
  async (c) => {
    parseQuery(c, FormQuery);
    const html = await (await asset(c, "/demo/index.html")).text();
    const tagHost = otherLocalOrigin(new URL(c.req.url));
    return c.html(
      html.replaceAll("__HOST__", () => tagHost),
      200,
      {
        "cache-control": "no-cache",
        "content-security-policy": contentSecurityPolicy({ script: [tagHost], connect: [tagHost] }),
      },
    );
  },
);

demoSiteRoutes.get(
  "/demo/frame.html",
  allow(PUBLIC),
  page("What the demo's held-back frame would show"),
  async (c) => {
    parseQuery(c, NoQuery);
    const html = await (await asset(c, "/demo/frame.html")).text();
    return c.html(html, 200, {
      "cache-control": "no-cache",
      "content-security-policy": contentSecurityPolicy({ ancestors: ["'self'"] }),
    });
  },
);

for (const file of FILES) {
  demoSiteRoutes.get(`/demo/${file}`, allow(PUBLIC), page(`The demo site's ${file}`), async (c) => {
    parseQuery(c, NoQuery);
    const found = await asset(c, `/demo/${file}`);
    return c.body(await found.text(), 200, {
      "content-type": found.headers.get("content-type") ?? "application/octet-stream",
      "cache-control": "no-cache",
    });
  });
}

/** The same server under the other loopback name: to a browser that is a foreign origin. */
export function otherLocalOrigin(page: URL): string {
  const other = new URL(page.origin);
  other.hostname = page.hostname === "localhost" ? "127.0.0.1" : "localhost";
  return other.origin;
}

async function asset(c: AppContext, path: string): Promise<Response> {
  if (!c.get("settings").local) throw notFound("page or route");
  const found = await c.env.ASSETS.fetch(new URL(path, c.req.url));
  if (!found.ok) throw notFound("page or route");
  return found;
}

function page(summary: string) {
  return describe({ summary, tag: "Pages", answers: { 200: { description: "The file" } } });
}
