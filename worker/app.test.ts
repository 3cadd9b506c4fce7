import { SELF } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { newOrganisation, type TestOrganisation } from "../tests/workerd/seed.ts";
import { createApp } from "./app.ts";
import { type DeclaredRoute, declaredRoutes } from "./http/route-methods.ts";

const BASE = "http://callers360.localhost";
const routes = declaredRoutes(createApp());

const of = (kind: string) =>
  routes.filter(({ access }) => access?.kind === kind).map(({ method, path }) => `${method} ${path}`);

let organisation: TestOrganisation;
beforeAll(async () => {
  organisation = await newOrganisation();
});

function ask(
  route: Pick<DeclaredRoute, "method" | "path">,
  headers: Record<string, string> = {},
): Promise<Response> {
  const path = route.path.replace(/:[a-z_]+(\{[^}]*\})?/gi, "x");
  const body = route.method === "POST" ? { body: "{}" } : {};
  return SELF.fetch(BASE + path, { method: route.method, headers, redirect: "manual", ...body });
}

describe("every route says who may use it", () => {
  it("and none says nothing", () => {
    expect(routes.filter(({ access }) => access === undefined)).toEqual([]);
  });

  it("open to anybody are these and no others", () => {
    expect(of("public")).toEqual([
      "GET /",
      "GET /sign-in",
      "GET /assets/:name",
      "GET /tokens.css",
      "GET /pages.css",
      "GET /card.css",
      "GET /verify-receipt.js",
      "GET /verify-receipt.css",
      "GET /favicon.svg",
      "GET /favicon.ico",
      "POST /api/auth/sign-in/email",
      "GET /api/auth/get-session",
      "POST /api/auth/sign-out",
      "DELETE /api/v1/consent/:site/:consent_id",
      "GET /c/:file{[A-Za-z0-9_.:-]+\\.js(?:on)?}",
      "GET /c/:site/:file{[0-9a-f]{32}\\.js}",
      "GET /api/v1/consent/:site/:consent_id",
      "GET /consent/:site",
      "POST /consent/:site",
      "POST /consent/:site/history",
      "GET /schemas/site.json",
      "GET /demo",
      "GET /demo/",
      "GET /demo/frame.html",
      "GET /demo/analytics.js",
      "GET /demo/style.css",
      "GET /playground/",
      "GET /playground",
      "GET /playground/banner.json",
      "GET /playground/:file",
      "GET /log/:log/checkpoint",
      "GET /log/:log/vkey",
      "GET /log/:log/vkeys",
      "GET /log/:log/tile/*",
      "GET /log/:log/receipt/:file",
      "GET /log/:log/open/:kind{policy|notice}/:sha256{[0-9a-f]{64}}",
      "GET /log/:log/sites",
      "GET /log/:log/verify",
      "GET /privacy",
      "GET /privacy.md",
      "GET /privacy.json",
      "GET /privacy.txt",
      "GET /p/:org/:policy",
      "GET /privacy/history",
      "GET /privacy/history.json",
      "GET /privacy/feed.atom",
      "GET /privacy/feed.json",
      "GET /privacy/:address",
      "GET /p/:org/:policy/history",
      "GET /p/:org/:policy/history.json",
      "GET /p/:org/:policy/feed.atom",
      "GET /p/:org/:policy/feed.json",
      "GET /p/:org/:policy/:address",
      "POST /api/v1/policy/subscriptions",
      "POST /api/v1/newsletter/subscriptions",
      "GET /subscribe/:list",
      "POST /subscribe/:list",
      "GET /subscriptions/:org/:id/confirm",
      "POST /subscriptions/:org/:id/confirm",
      "GET /subscriptions/:org/:id/leave",
      "POST /subscriptions/:org/:id/leave",
      "GET /healthz",
      "GET /openapi.json",
      "GET /docs",
    ]);
  });

  it("bound to a site's registered origins are these and no others", () => {
    expect(of("site-origin")).toEqual([
      "OPTIONS /api/v1/consent/:site",
      "POST /api/v1/consent/:site",
      "OPTIONS /api/v1/consent/:site/:consent_id",
      "OPTIONS /api/v1/collect/:site",
      "POST /api/v1/collect/:site",
    ]);
  });
});

describe("posts from a page", () => {
  it.each(["/api/v1/consent/", "/api/v1/collect/"])("to %s need a registered Origin", async (prefix) => {
    const headers = { "content-type": "application/json", "idempotency-key": "0123456789abcdef" };
    for (const origin of [undefined, "null", "https://evil.example", `${organisation.origin}.evil.example`]) {
      const response = await ask(
        { method: "POST", path: prefix + organisation.site },
        origin === undefined ? headers : { ...headers, origin },
      );
      expect(response.status, String(origin)).toBe(403);
      expect(await response.json()).toMatchObject({
        type: expect.stringContaining("/problems/origin-not-registered"),
      });
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});

describe("every other route refuses", () => {
  const guarded = routes.filter(({ access }) => access?.kind === "scope" || access?.kind === "member");

  it("is guarded at all", () => {
    expect(guarded.length).toBeGreaterThan(10);
  });

  it.each(guarded)("$method $path without a credential: 401", async (route) => {
    for (const headers of [{}, { authorization: "Bearer c360_unknown" }, { authorization: "Basic eDp5" }]) {
      const response = await ask(route, headers);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe("Bearer");
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    }
  });

  const scoped = guarded.flatMap(({ method, path, access }) =>
    access?.kind === "scope" ? [{ method, path, scope: access.scope }] : [],
  );
  it.each(scoped)("$method $path with a key of another scope: 403", async (route) => {
    const { ingest, manage } = organisation.keys;
    const wrong = route.scope === "calls:write" ? manage : ingest;
    const response = await ask(route, { authorization: `Bearer ${wrong}` });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      type: "https://callers360.com/problems/insufficient-scope",
      detail: expect.stringContaining(route.scope),
    });
  });
});

describe("what meets no route", () => {
  it("is a 404 problem", async () => {
    const response = await SELF.fetch(`${BASE}/api/v1/nothing`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      type: "https://callers360.com/problems/not-found",
      status: 404,
    });
  });

  it.each([
    ["POST", "/api/v1/consent/a%00b"],
    ["GET", "/api/v1/consent/x/%00"],
    ["GET", "/api/v1/metrics/caller/%00?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z"],
    ["GET", "/api/v1/sites/%00/events?consent_id=cns_aaaaaaaaaaaaaaaaaaaaaa"],
    ["GET", "/privacy/%1f"],
    ["GET", "/%7F"],
  ])("is a 404 with a control character in its address: %s %s", async (method, path) => {
    const headers = {
      origin: organisation.origin,
      authorization: `Bearer ${path.includes("metrics") ? organisation.keys.read : organisation.keys.manage}`,
    };
    const response = await SELF.fetch(BASE + path, { method, headers });
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });

  it("or only in its method is a 405 that names the right ones", async () => {
    const response = await SELF.fetch(`${BASE}/api/v1/calls`, { method: "DELETE" });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD, POST");
  });

  it("is 421 on a foreign Host, whatever the path", async () => {
    for (const path of ["/", "/privacy", "/nothing"]) {
      const response = await SELF.fetch(`http://rebind.example${path}`, { redirect: "manual" });
      expect(response.status).toBe(421);
    }
  });
});

describe("every page", () => {
  it.each(["/sign-in", "/docs", "/demo/", "/log/{log}/verify"])(
    "%s carries a strict policy",
    async (path) => {
      const response = await SELF.fetch(BASE + path.replace("{log}", organisation.log));
      expect(response.status).toBe(200);
      const policy = response.headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toMatch(/; script-src 'self'( https?:\/\/[^ ;]+)?; style-src 'self';/);
      expect(policy).not.toContain("unsafe-");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      const html = await response.text();
      expect(html).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=/i);
    },
  );
});

it("documents every API route in OpenAPI, by the schemas that validate", async () => {
  const document: { openapi: string; paths: Record<string, Record<string, unknown>> } = await SELF.fetch(
    `${BASE}/openapi.json`,
  ).then((response) => response.json());
  expect(document.openapi).toMatch(/^3\.1/);
  for (const { method, path } of routes.filter(
    (route) => route.path.startsWith("/api/") && route.method !== "OPTIONS",
  )) {
    const documented = document.paths[path.replace(/:([a-z_]+)/g, "{$1}")];
    expect(documented, path).toBeDefined();
    expect(documented?.[method.toLowerCase()], `${method} ${path}`).toBeDefined();
  }
  expect(document.paths["/api/v1/metrics/summary"]?.get).toMatchObject({
    parameters: expect.arrayContaining([
      expect.objectContaining({ name: "from", in: "query", required: true }),
    ]),
  });
});

it("documents what opens each route, as it is enforced", async () => {
  const { paths }: { paths: Record<string, Record<string, { security?: object[] }>> } = await SELF.fetch(
    `${BASE}/openapi.json`,
  ).then((response) => response.json());
  const needs = (path: string, method: string) => paths[path]?.[method]?.security;
  expect(needs("/api/v1/calls", "post")).toEqual([{ key: [] }]);
  expect(needs("/api/v1/calls", "get")).toEqual([{ key: [] }, { session: [] }]);
  expect(needs("/api/v1/live", "get")).toEqual([{ session: [] }]);
  expect(needs("/privacy", "get")).toEqual([]);
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      expect(operation.security, `${method} ${path}`).toBeDefined();
    }
  }
});
