import { Hono } from "hono";
import * as v from "valibot";
import { allow, PUBLIC } from "../http/access.ts";
import type { AppContext, AppEnv } from "../http/app-env.ts";
import { describe } from "../http/describe.ts";
import { parseQuery } from "../http/parse.ts";
import { notFound } from "../http/problem.ts";
import { contentSecurityPolicy } from "../http/security-headers.ts";

/** The page on which every setting of the banner is tried. It keeps nothing and holds nobody's data. */
export const playgroundRoutes = new Hono<AppEnv>();

const NoQuery = v.strictObject({});
const Banner = v.object({ code: v.string(), integrity: v.string() });
const MOVED = {
  summary: "To the playground",
  tag: "Pages",
  answers: { 308: { description: "Moved" } },
} as const;

playgroundRoutes.get(
  "/playground/",
  allow(PUBLIC),
  describe({
    summary: "Every setting of the banner, tried live",
    tag: "Pages",
    answers: { 200: { description: "The page", media: "text/html" } },
  }),
  (c) => file(c, "index.html"),
);

playgroundRoutes.get("/playground", allow(PUBLIC), describe(MOVED), (c) => c.redirect("/playground/", 308));

playgroundRoutes.get(
  "/playground/banner.json",
  allow(PUBLIC),
  describe({
    summary: "The name of this build's banner code, and its hash for subresource integrity",
    tag: "Consent",
    answers: { 200: { description: "Of `/c/{site}/{code}.js`", json: Banner } },
  }),
  async (c) => {
    parseQuery(c, NoQuery);
    const { firstLayerCode } = await import("./tag/tag.ts");
    return c.json(await firstLayerCode(), 200, { "cache-control": "max-age=60" });
  },
);

playgroundRoutes.get(
  "/playground/:file",
  allow(PUBLIC),
  describe({
    summary: "A file of the playground",
    tag: "Pages",
    answers: { 200: { description: "The file" } },
  }),
  (c) => file(c, c.req.param("file")),
);

/**
 * The preview is framed by the page, and what it holds back by the preview, whose origin is nobody's and
 * so cannot be named as an ancestor.
 */
const POLICIES: Readonly<Record<string, string>> = {
  "frame.html": contentSecurityPolicy({ ancestors: ["'self'"] }),
  "held.html": "default-src 'none'; style-src 'self'",
};

async function file(c: AppContext, name: string): Promise<Response> {
  parseQuery(c, NoQuery);
  const found = await c.env.ASSETS.fetch(new URL(`/playground/${name}`, c.req.url));
  if (!found.ok) throw notFound("page or route");
  const answer = new Response(found.body, found);
  const page = name.endsWith(".html");
  answer.headers.set("cache-control", page ? "no-cache" : "public, max-age=31536000, immutable");
  const policy = POLICIES[name];
  if (policy !== undefined) answer.headers.set("content-security-policy", policy);
  // The preview is sandboxed: its own script is another origin's to it.
  answer.headers.set("access-control-allow-origin", "*");
  return answer;
}
