import type { Database, Statement } from "../../../db/client.ts";
import type { Settings } from "../../env.ts";
import { postOutside } from "../outbound.ts";
import {
  type Claimed,
  claimDue,
  delivered,
  notDelivered,
  readClaimed,
  readWebhooks,
  type Webhook,
  webhooksByKey,
} from "./queries.ts";
import { type SecretName, signedHeaders } from "./sign.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** How long after each failed attempt the next one comes, as Standard Webhooks recommends; then it is given up. */
const PAUSES_MS = [
  ...[5 * SECOND, 5 * MINUTE, 30 * MINUTE],
  ...[2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR],
];
/** Longer than an attempt takes. */
const LEASE_MS = MINUTE;
/** As many connections as the platform opens at once for one request. */
const AT_ONCE = 6;
const MOST_ROUNDS = 20;
/** How long the secret before a rotation signs along. */
const OVERLAP_MS = 24 * HOUR;

/** The pause after the n-th failed attempt (from 1), in milliseconds; null when there is no further one. */
export function pauseAfter(attempt: number): number | null {
  return PAUSES_MS[attempt - 1] ?? null;
}

/** Delivers what is due, some at a time. Broken off anywhere it may run again: the receiver knows an event by its id. */
export async function deliverDue(database: Database, settings: Settings): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const now = Date.now();
    const [rows] = await database.write([claimDue(now, now + LEASE_MS, AT_ONCE)]);
    const claimed = readClaimed(rows);
    if (claimed.length === 0) return;
    const [found] = await database.read([webhooksByKey(claimed)]);
    const webhooks = new Map(readWebhooks(found).map((webhook) => [`${webhook.org} ${webhook.id}`, webhook]));
    const outcomes = await Promise.all(
      claimed.map((delivery) =>
        deliver(settings, webhooks.get(`${delivery.org} ${delivery.webhook}`), delivery),
      ),
    );
    await database.write(outcomes.flat());
  }
}

async function deliver(
  settings: Settings,
  webhook: Webhook | undefined,
  delivery: Claimed,
): Promise<Statement[]> {
  // Removed in the meantime, and its deliveries with it.
  if (webhook === undefined) return [];
  const id = await messageId(delivery);
  const headers = await signedHeaders(settings.authSecret, secretsOf(webhook, Date.now()), {
    id,
    body: delivery.body,
    now: Date.now(),
  });
  const answer = await postOutside(settings, webhook.url, { headers, body: delivery.body });
  const now = Date.now();
  if (answer.kind === "answered" && answer.status >= 200 && answer.status < 300)
    return delivered(delivery, now);
  const pause = pauseAfter(delivery.attempts);
  const gone = answer.kind === "answered" && answer.status === 410;
  return notDelivered(delivery, {
    fault: answer.kind === "failed" ? answer.fault : `It answered ${answer.status}.`,
    again: pause === null || gone ? null : now + pause,
    now,
    gone,
  });
}

/** The secrets that sign now: the present one, and for a day the one before it. */
export function secretsOf({ org, id, generation, rotatedAt }: Webhook, now: number): SecretName[] {
  const present = { org, webhook: id, generation };
  const overlaps = rotatedAt !== null && now - rotatedAt < OVERLAP_MS;
  return overlaps ? [present, { ...present, generation: generation - 1 }] : [present];
}

/** The same at every attempt, and without the dots that a version's number may have. */
async function messageId({ org, webhook, event }: Claimed): Promise<string> {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(`${org}\n${webhook}\n${event}`),
  );
  return `msg_${Array.from(new Uint8Array(digest).slice(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
