import { Hono } from "hono";
import * as v from "valibot";
import { actorOf } from "../../accounts/audit.ts";
import { type Access, allow, principalOf } from "../../http/access.ts";
import type { AppContext, AppEnv } from "../../http/app-env.ts";
import { describe } from "../../http/describe.ts";
import { formatInstant } from "../../http/fields.ts";
import { parseJson, parseQuery } from "../../http/parse.ts";
import { limitRate } from "../../http/rate-limit.ts";
import type { Manager } from "./manage.ts";
import type { Delivery, Webhook } from "./queries.ts";

/** Managing webhooks. What they are told, and how it is signed, is in docs/policy.md. */
export const webhookRoutes = new Hono<AppEnv>();

const MANAGE: Access = { kind: "scope", scope: "manage", memberWrites: true };
const BASE = "/api/v1/webhooks";
const ONE = `${BASE}/:webhook`;
/** Each of these calls somebody's server. */
const perOrganisation = limitRate({ burst: 10, perSecond: 1 / 10 }, (c) => principalOf(c).org);

const Text = v.nullable(v.string());
const WebhookJson = v.object({
  id: v.string(),
  url: v.string(),
  state: v.picklist(["pending", "active", "dead"]),
  created_at: v.string(),
  verified_at: Text,
  failing_since: Text,
  last_fault: Text,
});
const WithSecret = v.object({ ...WebhookJson.entries, secret: v.string() });
const DeliveryJson = v.object({
  event: v.string(),
  state: v.picklist(["due", "delivered", "dead"]),
  attempts: v.number(),
  created_at: v.string(),
  next_at: Text,
  done_at: Text,
  last_fault: Text,
});
const NoQuery = v.strictObject({});

webhookRoutes.get(
  BASE,
  allow(MANAGE),
  describe({
    summary: "All webhooks, those that are dead too",
    tag: "Policy",
    answers: { 200: { description: "Oldest first", json: v.object({ webhooks: v.array(WebhookJson) }) } },
  }),
  async (c) => {
    parseQuery(c, NoQuery);
    const { readWebhooks, webhooksOf } = await import("./queries.ts");
    const [rows] = await c.get("database").read([webhooksOf(principalOf(c).org)]);
    return c.json({ webhooks: readWebhooks(rows).map(webhookJson) }, 200, PRIVATE);
  },
);

webhookRoutes.post(
  BASE,
  allow(MANAGE),
  describe({
    summary: "Add a webhook; it is told nothing until its receiver has proved itself",
    description: "The secret is shown this once.",
    tag: "Policy",
    body: { schema: v.strictObject({ url: v.string() }), media: ["application/json"] },
    answers: { 201: { description: "Added", json: WithSecret } },
  }),
  async (c) => {
    const { url } = await parseJson(c, v.strictObject({ url: v.string("must be a string.") }), {
      maxBytes: 8192,
    });
    const { addWebhook } = await import("./manage.ts");
    const { webhook, secret } = await addWebhook(c.get("database"), c.get("settings"), managerOf(c), url);
    return c.json({ ...webhookJson(webhook), secret }, 201, PRIVATE);
  },
);

webhookRoutes.delete(
  ONE,
  allow(MANAGE),
  describe({ summary: "Remove a webhook", tag: "Policy", answers: { 204: { description: "Gone" } } }),
  async (c) => {
    const { removeWebhook } = await import("./manage.ts");
    await removeWebhook(c.get("database"), managerOf(c), c.req.param("webhook"));
    return c.body(null, 204);
  },
);

webhookRoutes.post(
  `${ONE}/verify`,
  allow(MANAGE),
  describe({
    summary: "Ask the receiver to prove itself; then events are sent, also where it was dead",
    tag: "Policy",
    answers: { 200: { description: "Active", json: WebhookJson } },
  }),
  perOrganisation,
  async (c) => {
    const { proveWebhook } = await import("./manage.ts");
    const id = c.req.param("webhook");
    const webhook = await proveWebhook(c.get("database"), c.get("settings"), managerOf(c), id);
    deliverNow(c);
    return c.json(webhookJson(webhook), 200, PRIVATE);
  },
);

webhookRoutes.post(
  `${ONE}/rotate`,
  allow(MANAGE),
  describe({
    summary: "A new secret; the one before signs along for a day",
    tag: "Policy",
    answers: { 200: { description: "With the secret, shown this once", json: WithSecret } },
  }),
  async (c) => {
    const { rotateSecret } = await import("./manage.ts");
    const id = c.req.param("webhook");
    const { webhook, secret } = await rotateSecret(c.get("database"), c.get("settings"), managerOf(c), id);
    return c.json({ ...webhookJson(webhook), secret }, 200, PRIVATE);
  },
);

webhookRoutes.get(
  `${ONE}/deliveries`,
  allow(MANAGE),
  describe({
    summary: "The newest 200 events of a webhook, and what became of them",
    tag: "Policy",
    answers: {
      200: { description: "Newest first", json: v.object({ deliveries: v.array(DeliveryJson) }) },
    },
  }),
  async (c) => {
    parseQuery(c, NoQuery);
    const { readWebhook } = await import("./manage.ts");
    const { deliveriesOf, readDeliveries } = await import("./queries.ts");
    const { org } = principalOf(c);
    const { id } = await readWebhook(c.get("database"), org, c.req.param("webhook"));
    const [rows] = await c.get("database").read([deliveriesOf(org, id, 200)]);
    return c.json({ deliveries: readDeliveries(rows).map(deliveryJson) }, 200, PRIVATE);
  },
);

webhookRoutes.post(
  `${ONE}/deliveries/retry`,
  allow(MANAGE),
  describe({
    summary: "Send an event again that waits or was given up",
    tag: "Policy",
    body: { schema: v.strictObject({ event: v.string() }), media: ["application/json"] },
    answers: { 202: { description: "On its way" } },
  }),
  perOrganisation,
  async (c) => {
    const Body = v.strictObject({ event: v.string("must be a string.") });
    const { event } = await parseJson(c, Body, { maxBytes: 4096 });
    const { retryOne } = await import("./manage.ts");
    await retryOne(c.get("database"), managerOf(c), c.req.param("webhook"), event);
    deliverNow(c);
    return c.body(null, 202);
  },
);

const PRIVATE = { "cache-control": "private, no-store" };

/** The cron does the same every five minutes, the postman's alarm when an attempt is due. */
function deliverNow(c: AppContext): void {
  c.executionCtx.waitUntil(import("./tell-webhooks.ts").then(({ tellWebhooks }) => tellWebhooks(c.env)));
}

function managerOf(c: AppContext): Manager {
  const principal = principalOf(c);
  return { org: principal.org, actor: actorOf(principal), now: Date.now() };
}

function webhookJson(webhook: Webhook) {
  const { id, url, state, createdAt, verifiedAt, failingSince, lastFault } = webhook;
  return {
    id,
    url,
    state,
    created_at: formatInstant(createdAt),
    verified_at: instantOrNull(verifiedAt),
    failing_since: instantOrNull(failingSince),
    last_fault: lastFault,
  };
}

function deliveryJson({ event, state, attempts, createdAt, dueAt, doneAt, lastFault }: Delivery) {
  return {
    event,
    state,
    attempts,
    created_at: formatInstant(createdAt),
    next_at: state === "due" ? formatInstant(dueAt) : null,
    done_at: instantOrNull(doneAt),
    last_fault: lastFault,
  };
}

function instantOrNull(at: number | null): string | null {
  return at === null ? null : formatInstant(at);
}
