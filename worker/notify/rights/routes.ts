import { Hono } from "hono";
import * as v from "valibot";
import { actorOf } from "../../accounts/audit.ts";
import { allow, principalOf } from "../../http/access.ts";
import type { AppContext, AppEnv } from "../../http/app-env.ts";
import { describe } from "../../http/describe.ts";
import { parseJson } from "../../http/parse.ts";
import { Email } from "../subscriptions/subscription.ts";

/** What a person may ask about an address that mail goes to; erasure is with the others (`/api/v1/rights/erasures`). */
export const addressRightRoutes = new Hono<AppEnv>();

const mayManage = allow({ kind: "scope", scope: "manage", memberWrites: true });
const Asked = v.strictObject({ email: Email });
const PRIVATE = { "cache-control": "private, no-store" };
const Rows = v.array(v.looseObject({}));

addressRightRoutes.post(
  "/api/v1/rights/access",
  mayManage,
  describe({
    summary: "What is kept of an e-mail address",
    description:
      "Subscriptions, records with their salts, letters of the last 30 days, whether it is suppressed.",
    tag: "Mail",
    body: { schema: Asked, media: ["application/json"] },
    answers: {
      200: {
        description: "All of it",
        json: v.object({
          subscriptions: Rows,
          records: Rows,
          letters: Rows,
          suppression: v.nullable(v.looseObject({})),
        }),
      },
    },
  }),
  async (c) => {
    const { key, actor } = await asked(c);
    const { readKept } = await import("./answer-person.ts");
    return c.json(await readKept(c.get("database"), key, actor, Date.now()), 200, PRIVATE);
  },
);

addressRightRoutes.post(
  "/api/v1/rights/objections",
  mayManage,
  describe({
    summary: "Somebody objects to being written to",
    description:
      "The address leaves every list and is suppressed; DELETE /api/v1/suppressions/{address} lifts it.",
    tag: "Mail",
    body: { schema: Asked, media: ["application/json"] },
    answers: { 200: { description: "How many lists it left", json: v.object({ lists: v.number() }) } },
  }),
  async (c) => {
    const { key, actor } = await asked(c);
    const { objectToMail } = await import("./answer-person.ts");
    const lists = await objectToMail(c.get("database"), key, actor, Date.now());
    const { recordSubscriptions } = await import("../subscriptions/record.ts");
    c.executionCtx.waitUntil(recordSubscriptions(c.env));
    return c.json({ lists }, 200, PRIVATE);
  },
);

async function asked(c: AppContext) {
  const { email } = await parseJson(c, Asked, { maxBytes: 4096 });
  const principal = principalOf(c);
  return { key: { org: principal.org, address: email }, actor: actorOf(principal) };
}
