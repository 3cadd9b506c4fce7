import { Hono } from "hono";
import { html } from "hono/html";
import { type Visit, visitOf } from "./accounts/visit.ts";
import { allow, PUBLIC } from "./http/access.ts";
import type { AppContext, AppEnv } from "./http/app-env.ts";
import { describe } from "./http/describe.ts";
import { notFound } from "./http/problem.ts";

/** The app's pages and the files they are made of. Pages hold no data: that is guarded where it is asked for. */
export const pageRoutes = new Hono<AppEnv>();

pageRoutes.get(
  "/",
  allow(PUBLIC),
  describe({
    summary: "The team dashboard, for signed-in members; others are sent to sign-in",
    tag: "Pages",
    answers: {
      200: { description: "The page", media: "text/html" },
      302: { description: "To sign-in" },
      403: { description: "A page that says what the role does not allow", media: "text/html" },
      409: { description: "A page to choose one of several organisations", media: "text/html" },
    },
  }),
  async (c) => {
    const visit = await visitOf(c, "metrics:read");
    c.header("cache-control", "private, no-store");
    if (visit.kind === "signed-out") {
      const { pathname, search } = new URL(c.req.url);
      return c.redirect(`/sign-in?next=${encodeURIComponent(pathname + search)}`, 302);
    }
    if (visit.kind === "choose") return c.html(choicePage(visit, new URL(c.req.url)), 409);
    if (visit.kind !== "allowed") return c.html(refusalPage(REFUSALS[visit.kind]), 403);
    return file(c, "/index.html", "private, no-store");
  },
);

pageRoutes.get(
  "/sign-in",
  allow(PUBLIC),
  describe({
    summary: "The sign-in page",
    tag: "Pages",
    answers: { 200: { description: "The page", media: "text/html" } },
  }),
  (c) => file(c, "/sign-in.html", "no-store"),
);

pageRoutes.get(
  "/assets/:name",
  allow(PUBLIC),
  describe({
    summary: "Scripts and styles of the app; the name carries a hash of the content",
    tag: "Pages",
    answers: { 200: { description: "The file" } },
  }),
  (c) => file(c, `/assets/${c.req.param("name")}`, "public, max-age=31536000, immutable"),
);

/** Files with a name of their own, shared by the app and the public pages. */
const SHARED: Readonly<Record<string, string>> = {
  "/tokens.css": "/tokens.css",
  "/pages.css": "/pages.css",
  "/card.css": "/card.css",
  "/verify-receipt.js": "/verify-receipt.js",
  "/verify-receipt.css": "/verify-receipt.css",
  "/favicon.svg": "/favicon.svg",
  // Asked for by browsers on pages that name no icon.
  "/favicon.ico": "/favicon.svg",
};
for (const [path, source] of Object.entries(SHARED)) {
  pageRoutes.get(
    path,
    allow(PUBLIC),
    describe({
      summary: "A file that every page shares",
      tag: "Pages",
      answers: { 200: { description: "The file" } },
    }),
    (c) => file(c, source, "public, max-age=600"),
  );
}

/** @throws Problem 404 when there is no such file */
async function file(c: AppContext, path: string, cacheControl: string): Promise<Response> {
  const found = await c.env.ASSETS.fetch(new URL(path, c.req.url));
  if (!found.ok) throw notFound("page or route");
  const answer = new Response(found.body, found);
  answer.headers.set("cache-control", cacheControl);
  return answer;
}

function choicePage(visit: Visit & { kind: "choose" }, url: URL) {
  const link = (org: string) => {
    const to = new URL(url);
    to.searchParams.set("org", org);
    return to.pathname + to.search;
  };
  return card(
    "Which organisation?",
    html`<ul class="choices">
      ${visit.organisations.map(({ id, name }) => html`<li><a class="choice" href="${link(id)}">${name}</a></li>`)}
    </ul>`,
  );
}

interface Refusal {
  readonly title: string;
  readonly reason: string;
  readonly remedy: string;
}

const REFUSALS: Readonly<Record<"not-allowed" | "outsider", Refusal>> = {
  "not-allowed": {
    title: "Not for your role",
    reason: "You are signed in, but your role does not show you the team's numbers.",
    remedy: "An admin of your organisation can change that.",
  },
  outsider: {
    title: "Not your organisation",
    reason: "You are signed in, but you are not a member of this organisation.",
    remedy: "One of its admins can invite you.",
  },
};

function refusalPage({ title, reason, remedy }: Refusal) {
  return card(
    title,
    html`<p>${reason}</p>
      <p class="aside">${remedy} Signed in as somebody else? <a href="/sign-in">Sign in again</a>.</p>`,
  );
}

function card(title: string, content: ReturnType<typeof html>) {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <title>${title} · Callers360</title>
    <link rel="icon" href="/favicon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/tokens.css">
    <link rel="stylesheet" href="/card.css">
  </head>
  <body>
    <main class="card">
      <p class="wordmark"><img src="/favicon.svg" alt="" width="20" height="20">Callers360</p>
      <h1>${title}</h1>
      ${content}
    </main>
  </body>
</html>`;
}
