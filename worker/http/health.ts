import { Hono } from "hono";
import { allow, PUBLIC } from "./access.ts";
import type { AppEnv } from "./app-env.ts";
import { describe } from "./describe.ts";

/** Says that the worker runs with settings it can use; it asks nothing of the database. */
export const healthRoutes = new Hono<AppEnv>().get(
  "/healthz",
  allow(PUBLIC),
  describe({
    summary: "Whether the worker runs",
    tag: "Pages",
    answers: { 200: { description: "It does", media: "text/plain" } },
  }),
  (c) => c.text("ok\n", 200, { "cache-control": "no-store" }),
);
