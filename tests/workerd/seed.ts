import { env } from "cloudflare:test";
import { openDatabase } from "../../db/client.ts";
import {
  keyStatement,
  newApiKey,
  organisationStatements,
  registerOrigins,
} from "../../worker/accounts/seed.ts";
import { settingsOf } from "../../worker/env.ts";

/** An organisation of a test's own, with one site, one log and the three keys of the contract. */
export interface TestOrganisation {
  readonly org: string;
  readonly site: string;
  readonly log: string;
  /** The site's registered origin. */
  readonly origin: string;
  readonly keys: { readonly ingest: string; readonly read: string; readonly manage: string };
}

let count = 0;

/** Makes one; two calls make two that share nothing. `org` names it where a test needs a certain one. */
export async function newOrganisation(
  options: { zone?: string; org?: string } = {},
): Promise<TestOrganisation> {
  count += 1;
  const id = `${Date.now().toString(36)}${crypto.randomUUID().slice(0, 8)}${count}`;
  const org = options.org ?? `org_${id}`;
  const site = `site_${id}`;
  const origin = `https://${id}.example`;
  const keys = { ingest: newApiKey(), read: newApiKey(), manage: newApiKey() };
  const now = Date.now();
  const key = (name: keyof typeof keys, scopes: Parameters<typeof keyStatement>[0]["scopes"]) =>
    keyStatement({ org, id: `key_${id}_${name}`, name, scopes, key: keys[name], now });
  const settings = settingsOf(env);
  await openDatabase(settings.database).write([
    ...organisationStatements({
      org,
      name: `Organisation ${id}`,
      timeZone: options.zone ?? "Asia/Kolkata",
      log: org,
      site,
      siteName: `Site ${id}`,
      publicHost: settings.publicHost,
      now,
    }),
    ...registerOrigins(site, [origin]),
    await key("ingest", ["calls:write"]),
    await key("read", ["calls:read", "metrics:read", "consent:read"]),
    await key("manage", ["manage"]),
  ]);
  return { org, site, log: org, origin, keys };
}
