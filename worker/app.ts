import { Hono } from "hono";
import { openDatabase } from "../db/client.ts";
import { accountRoutes } from "./accounts/routes.ts";
import { callRoutes } from "./calls/routes.ts";
import { demoSiteRoutes } from "./consent/demo.ts";
import { figureRoutes } from "./consent/figures/routes.ts";
import { formRoutes } from "./consent/form/routes.ts";
import { playgroundRoutes } from "./consent/playground.ts";
import { consentRoutes } from "./consent/routes.ts";
import { sameOrigin } from "./consent/same-origin.ts";
import { siteRoutes } from "./consent/sites/routes.ts";
import { settingsOf } from "./env.ts";
import { answerError } from "./http/answer-error.ts";
import { apiDocs } from "./http/api-docs.ts";
import type { AppEnv } from "./http/app-env.ts";
import { healthRoutes } from "./http/health.ts";
import { hearOut } from "./http/hear-out.ts";
import { requireOwnHost } from "./http/host.ts";
import { requirePlainPath } from "./http/plain-path.ts";
import { problemResponse } from "./http/problem.ts";
import { requireDeclaredAccess, unmatched } from "./http/route-methods.ts";
import { securityHeaders } from "./http/security-headers.ts";
import { ledgerRoutes } from "./ledger/routes.ts";
import { liveRoutes } from "./live/routes.ts";
import { metricRoutes } from "./metrics/routes.ts";
import { acknowledgementRoutes } from "./notify/acknowledgements/routes.ts";
import { bounceRoutes } from "./notify/bounces/routes.ts";
import { newsletterRoutes } from "./notify/newsletter/routes.ts";
import { noticeRoutes } from "./notify/notices/routes.ts";
import { outboxRoutes } from "./notify/outbox/routes.ts";
import { addressRightRoutes } from "./notify/rights/routes.ts";
import { subscriptionRoutes } from "./notify/subscriptions/routes.ts";
import { webhookRoutes } from "./notify/webhooks/routes.ts";
import { pageRoutes } from "./pages.ts";
import { policyRoutes } from "./policy/routes.ts";

/** The whole edge program as one Hono app: middleware in order, then each capability's routes. */
export function createApp(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();

  app.use(async (c, next) => {
    const settings = settingsOf(c.env);
    c.set("settings", settings);
    c.set("database", openDatabase(settings.database));
    await next();
  });
  app.use(hearOut);
  app.use(securityHeaders);
  app.use(sameOrigin(app));
  app.use(requireOwnHost);
  app.use(requirePlainPath);

  app.route("/", pageRoutes);
  app.route("/", accountRoutes);
  app.route("/", callRoutes);
  app.route("/", metricRoutes);
  app.route("/", liveRoutes);
  app.route("/", consentRoutes);
  app.route("/", formRoutes);
  app.route("/", siteRoutes);
  app.route("/", figureRoutes);
  app.route("/", demoSiteRoutes);
  app.route("/", playgroundRoutes);
  app.route("/", ledgerRoutes);
  app.route("/", policyRoutes);
  app.route("/", acknowledgementRoutes);
  app.route("/", subscriptionRoutes);
  app.route("/", newsletterRoutes);
  app.route("/", bounceRoutes);
  app.route("/", addressRightRoutes);
  app.route("/", outboxRoutes);
  app.route("/", webhookRoutes);
  app.route("/", noticeRoutes);
  app.route("/", healthRoutes);
  app.route("/", apiDocs(app));

  requireDeclaredAccess(app);
  const refusal = unmatched(app);
  app.notFound((c) => problemResponse(c, refusal(c.req.path)));
  app.onError(answerError);
  return app;
}
