import type { Database } from "../../../db/client.ts";
import { auditEntry } from "../../accounts/audit.ts";
import type { Settings } from "../../env.ts";
import { invalid, notFound, Problem } from "../../http/problem.ts";
import { addressFault, postOutside } from "../outbound.ts";
import { secretsOf } from "./deliver.ts";
import {
  activate,
  deleteWebhook,
  insertWebhook,
  readWebhooks,
  retryDelivery,
  rotate,
  type Webhook,
  webhookById,
  webhooksOf,
} from "./queries.ts";
import { signedHeaders, webhookSecret } from "./sign.ts";

/** Who manages which organisation's webhooks, and when (UTC milliseconds). */
export interface Manager {
  readonly org: string;
  readonly actor: string;
  readonly now: number;
}

const MOST_WEBHOOKS = 20;

/**
 * Adds a webhook. It is told nothing before its receiver has proved itself.
 * @returns the webhook with its secret, which is shown this once
 * @throws Problem 422 for an address that is not called, 409 for one that is there, or too many
 */
export async function addWebhook(
  database: Database,
  settings: Settings,
  { org, actor, now }: Manager,
  url: string,
): Promise<{ webhook: Webhook; secret: string }> {
  const fault = addressFault(url, settings);
  if (fault !== null) throw invalid([{ pointer: "/url", detail: fault }]);
  const id = `whk_${crypto.randomUUID().replaceAll("-", "")}`;
  const address = new URL(url).href;
  const [added, rows] = await database.write([
    insertWebhook({ org, id, url: address, now }, MOST_WEBHOOKS),
    webhooksOf(org),
  ]);
  const webhooks = readWebhooks(rows);
  const webhook = webhooks.find((known) => known.id === id);
  if (added?.rowsAffected !== 1 || webhook === undefined) {
    throw webhooks.some((known) => known.url === address)
      ? conflict(
          "webhook-exists",
          "There is a webhook with this address: remove it first, or rotate its secret.",
        )
      : conflict(
          "too-many-webhooks",
          `There are ${MOST_WEBHOOKS} webhooks, the most that are kept: remove one first.`,
        );
  }
  await database.write([audit({ org, actor, now }, "webhook.add", id)]);
  return { webhook, secret: await webhookSecret(settings.authSecret, { org, webhook: id, generation: 1 }) };
}

/**
 * Asks the receiver to prove itself: a signed `webhook.challenge`, of which it has to give the challenge
 * back. Then events are sent, also to one that was dead.
 * @throws Problem 404, 409 when it does not prove itself
 */
export async function proveWebhook(
  database: Database,
  settings: Settings,
  manager: Manager,
  id: string,
): Promise<Webhook> {
  const { org, now } = manager;
  const webhook = await readWebhook(database, org, id);
  const challenge = crypto.randomUUID();
  const timestamp = new Date(now).toISOString();
  const body = JSON.stringify({ type: "webhook.challenge", timestamp, data: { challenge } });
  const message = { id: `msg_${challenge.replaceAll("-", "")}`, body, now };
  const headers = await signedHeaders(settings.authSecret, secretsOf(webhook, now), message);
  const answer = await postOutside(settings, webhook.url, { headers, body });
  if (answer.kind === "failed") throw unproven(answer.fault);
  if (answer.status < 200 || answer.status > 299) throw unproven(`It answered ${answer.status}.`);
  if (!returns(answer.body, challenge)) throw unproven("It did not give the challenge back.");
  await database.write([activate(org, id, now), audit(manager, "webhook.prove", id)]);
  return readWebhook(database, org, id);
}

/** A new secret; the one before signs along for a day. @throws Problem 404, 409 when somebody else just did */
export async function rotateSecret(
  database: Database,
  settings: Settings,
  manager: Manager,
  id: string,
): Promise<{ webhook: Webhook; secret: string }> {
  const { org, now } = manager;
  const { generation } = await readWebhook(database, org, id);
  const [moved] = await database.write([rotate(org, id, generation, now)]);
  if (moved?.rowsAffected !== 1)
    throw conflict("webhook-rotated", "Its secret was rotated just now by somebody else.");
  await database.write([audit(manager, "webhook.rotate", id)]);
  const webhook = await readWebhook(database, org, id);
  const name = { org, webhook: id, generation: webhook.generation };
  return { webhook, secret: await webhookSecret(settings.authSecret, name) };
}

/** @throws Problem 404 */
export async function removeWebhook(database: Database, manager: Manager, id: string): Promise<void> {
  await readWebhook(database, manager.org, id);
  await database.write([...deleteWebhook(manager.org, id), audit(manager, "webhook.remove", id)]);
}

/** @throws Problem 404 for what is not there, or was delivered */
export async function retryOne(
  database: Database,
  manager: Manager,
  id: string,
  event: string,
): Promise<void> {
  const { org, now } = manager;
  const [moved] = await database.write([retryDelivery(org, id, event, now)]);
  if (moved?.rowsAffected !== 1) throw notFound("delivery that waits or was given up");
  await database.write([audit(manager, "webhook.retry", `${id} ${event}`)]);
}

/** @throws Problem 404 */
export async function readWebhook(database: Database, org: string, id: string): Promise<Webhook> {
  const [rows] = await database.read([webhookById(org, id)]);
  const [webhook] = readWebhooks(rows);
  if (webhook === undefined) throw notFound("webhook");
  return webhook;
}

/** `{ "challenge": "…" }`, or nothing but the challenge. */
function returns(body: Uint8Array, challenge: string): boolean {
  const text = new TextDecoder().decode(body).trim();
  return text === challenge || text.replaceAll(/\s/g, "") === JSON.stringify({ challenge });
}

function unproven(fault: string): Problem {
  return new Problem(
    409,
    "webhook-unproven",
    "The receiver did not prove itself",
    `${fault} It has to answer webhook.challenge with 200 and { "challenge": "…" }, the value of data.challenge.`,
  );
}

function conflict(slug: string, detail: string): Problem {
  return new Problem(409, slug, "Conflict", detail);
}

function audit({ org, actor, now }: Manager, action: string, target: string) {
  return auditEntry({ id: `aud_${crypto.randomUUID()}`, org, at: now, actor, action, target });
}
