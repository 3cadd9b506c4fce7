import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./app-env.ts";

/** Anybody's page may read these answers, refusals included: what is public needs no origin. */
export const readableByAnyOrigin: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  c.res.headers.set("access-control-allow-origin", "*");
  c.res.headers.set("cross-origin-resource-policy", "cross-origin");
};
