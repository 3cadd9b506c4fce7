import { Hono } from "hono";
import { allow, PUBLIC } from "./access.ts";
import type { AppEnv } from "./app-env.ts";
import { describe } from "./describe.ts";
import type { Specification } from "./openapi.ts";
import { declaredRoutes } from "./route-methods.ts";

/** `/openapi.json` and `/docs`, both from what the app's routes declare of themselves. */
export function apiDocs(app: Hono<AppEnv>): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  let specification: Promise<Specification> | undefined;
  const specifyOnce = () => {
    specification ??= import("./openapi.ts").then(({ specify }) => specify(declaredRoutes(app)));
    return specification;
  };

  routes.get(
    "/openapi.json",
    allow(PUBLIC),
    describe({
      summary: "This API as OpenAPI 3.1",
      tag: "Pages",
      answers: { 200: { description: "The document", media: "application/json" } },
    }),
    async (c) =>
      c.json(await specifyOnce(), 200, { "access-control-allow-origin": "*", "cache-control": "max-age=60" }),
  );
  routes.get(
    "/docs",
    allow(PUBLIC),
    describe({
      summary: "This API for people",
      tag: "Pages",
      answers: { 200: { description: "HTML", media: "text/html" } },
    }),
    async (c) => {
      const { docsPage } = await import("./docs-page.ts");
      const page = await docsPage(declaredRoutes(app), await specifyOnce());
      return c.html(page, 200, { "cache-control": "max-age=60" });
    },
  );
  return routes;
}
