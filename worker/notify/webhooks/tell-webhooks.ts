import type { Database } from "../../../db/client.ts";
import { openDatabase } from "../../../db/client.ts";
import { type Env, type Settings, settingsOf } from "../../env.ts";
import { formatInstant } from "../../http/fields.ts";
import { addressesOf } from "../../policy/addresses.ts";
import { predecessorOf } from "../../policy/in-force.ts";
import { readPolicy } from "../../policy/read-policy.ts";
import { ringPostman } from "../outbox/ring-postman.ts";
import { deliverDue } from "./deliver.ts";
import {
  insertDelivery,
  nextDelivery,
  readNextDelivery,
  readUntoldEvents,
  type UntoldEvent,
  untoldEvents,
} from "./queries.ts";

/** What happened longer ago is not told any more. */
const NEWS_MS = 30 * 86_400_000;
const AT_ONCE = 200;

/** As `tellWebhooksNow`; whatever is due later has the postman's alarm set. */
export async function tellWebhooks(env: Env): Promise<void> {
  const next = await tellWebhooksNow(env);
  if (next !== null) await ringPostman(env, "webhooks", next);
}

/**
 * Writes what happened to policies into the webhooks' queues, once each, and delivers what is due.
 * @returns when something is due again (UTC milliseconds); null where nothing waits
 */
export async function tellWebhooksNow(env: Env): Promise<number | null> {
  const settings = settingsOf(env);
  const database = openDatabase(settings.database);
  const now = Date.now();
  const [rows] = await database.read([untoldEvents(now, now - NEWS_MS, AT_ONCE)]);
  const statements = await Promise.all(
    readUntoldEvents(rows).map(async (untold) => {
      const body = await bodyOf(database, settings, untold, now);
      return insertDelivery({ org: untold.org, id: untold.webhook }, { event: untold.event, body, now });
    }),
  );
  await database.write(statements);
  await deliverDue(database, settings);
  const [due] = await database.read([nextDelivery()]);
  return readNextDelivery(due);
}

/** Made once: every attempt sends the same bytes. */
async function bodyOf(
  database: Database,
  settings: Settings,
  { org, policy, version: name, type, at }: UntoldEvent,
  now: number,
): Promise<string> {
  const { versions } = await readPolicy(database, { org, policy, now });
  const version = versions.find((known) => known.version === name);
  if (version === undefined) throw new Error(`${policy} ${name} happened and is not there`);
  const { publicUrl, permanent, difference } = addressesOf(settings, org, policy);
  const before = predecessorOf(version, versions);
  return JSON.stringify({
    type,
    timestamp: formatInstant(at),
    data: {
      org,
      policy,
      version: name,
      title: version.title,
      effective_at: formatInstant(version.effectiveAt),
      class: version.class,
      reason: type === "policy.cancelled" ? version.cancelReason : version.reason,
      changes: version.changes,
      sha256: version.sha256,
      url: publicUrl + permanent(version.version),
      difference: before === null ? null : publicUrl + difference(before.version, version.version),
    },
  });
}
