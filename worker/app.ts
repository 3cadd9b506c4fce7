import { Hono } from "hono";
import { openDatabase } from "../db/client.ts";
import { settingsOf } from "./env.ts";
import { answerError } from "./http/answer-error.ts";
import type { AppEnv } from "./http/app-env.ts";
import { requireOwnHost } from "./http/host.ts";
import { problemResponse } from "./http/problem.ts";
import { requireDeclaredAccess, unmatched } from "./http/route-methods.ts";
import { securityHeaders } from "./http/security-headers.ts";

/** The whole edge program as one Hono app: middleware in order, then each capability's routes. */
export function createApp(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();

  app.use(async (c, next) => {
    const settings = settingsOf(c.env);
    c.set("settings", settings);
    c.set("database", openDatabase(settings.database));
    await next();
  });
  app.use(securityHeaders);
  app.use(requireOwnHost);

  requireDeclaredAccess(app);
  const refusal = unmatched(app);
  app.notFound((c) => problemResponse(c, refusal(c.req.path)));
  app.onError(answerError);
  return app;
}
