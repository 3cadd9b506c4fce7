import { Hono } from "hono";
import * as v from "valibot";
import { auditEntry } from "../accounts/audit.ts";
import { allow, principalOf, tenantOf } from "../http/access.ts";
import type { AppContext, AppEnv } from "../http/app-env.ts";
import { describe } from "../http/describe.ts";
import { parseJson } from "../http/parse.ts";
import { notFound } from "../http/problem.ts";
import { BusinessHours } from "./business-hours.ts";
import { businessHoursOf, readBusinessHours, writeBusinessHours } from "./queries.ts";

export const businessHoursRoutes = new Hono<AppEnv>();

const PATH = "/api/v1/orgs/:org/business-hours";
const mayManage = allow({ kind: "scope", scope: "manage", memberWrites: true });
const MAX_BYTES = 64 * 1024;

businessHoursRoutes.get(
  PATH,
  mayManage,
  describe({
    summary: "When the organisation is open",
    tag: "Metrics",
    answers: { 200: { description: "In its local time", json: BusinessHours } },
  }),
  async (c) => {
    const [result] = await tenantOf(c).read([businessHoursOf(ownOrganisation(c))]);
    const hours = result === undefined ? null : readBusinessHours(result);
    if (hours === null) throw notFound("business hours");
    c.header("cache-control", "private, no-store");
    return c.json(v.parse(BusinessHours, JSON.parse(hours)));
  },
);

businessHoursRoutes.put(
  PATH,
  mayManage,
  describe({
    summary: "Say when the organisation is open, for questions with hours=business",
    tag: "Metrics",
    body: { schema: BusinessHours, media: ["application/json"] },
    answers: { 200: { description: "As they are now", json: BusinessHours } },
  }),
  async (c) => {
    const org = ownOrganisation(c);
    const hours = await parseJson(c, BusinessHours, { maxBytes: MAX_BYTES });
    const principal = principalOf(c);
    const { writeWhereOpen } = await import("../calls/commit.ts");
    await writeWhereOpen(tenantOf(c), org, [
      writeBusinessHours(org, JSON.stringify(hours)),
      auditEntry({
        id: `audit_${crypto.randomUUID()}`,
        org,
        at: Date.now(),
        actor: principal.kind === "key" ? principal.keyId : principal.userId,
        action: "org.business_hours",
        target: org,
      }),
    ]);
    return c.json(hours);
  },
);

function ownOrganisation(c: AppContext): string {
  const { org } = principalOf(c);
  if (c.req.param("org") !== org) throw notFound("organisation");
  return org;
}
