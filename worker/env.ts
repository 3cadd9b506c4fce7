import type { DatabaseAddress } from "../db/client.ts";
import { type DatabaseGroup, isGroupPattern } from "../db/places.ts";
import { isLocalhostName } from "./http/localhost-name.ts";
import type { Sequencer } from "./ledger/sequencer.ts";
import type { TeamRoom } from "./live/team-room.ts";
import type { Postman } from "./notify/outbox/postman.ts";

/** What the platform hands to the worker; `wrangler.toml` and the local start name the same ones. */
export interface Env {
  readonly TEAM_ROOM: DurableObjectNamespace<TeamRoom>;
  readonly SEQUENCER: DurableObjectNamespace<Sequencer>;
  readonly POSTMAN: DurableObjectNamespace<Postman>;
  readonly ASSETS: Fetcher;
  readonly PUBLIC_HOST?: string;
  /** Only beside a localhost PUBLIC_HOST: the address that absolute URLs carry, with its port. */
  readonly LOCAL_URL?: string;
  readonly OPERATOR_ORG?: string;
  readonly DATABASE_URL?: string;
  readonly DATABASE_TOKEN?: string;
  /** Where organisations may have databases of their own: a URL with one `*`; and the token of all of them. */
  readonly ORG_DATABASES?: string;
  readonly ORG_DATABASES_TOKEN?: string;
  /** Signs session cookies; at least 32 characters. */
  readonly AUTH_SECRET?: string;
  /** 32 bytes in base64: each log's signing key is derived from it. */
  readonly LEDGER_SECRET?: string;
  /** `off` for load tests, beside a localhost PUBLIC_HOST only. */
  readonly RATE_LIMITS?: string;
  /** `on` lets webhooks reach 127.0.0.1, beside a localhost PUBLIC_HOST only. */
  readonly OUTBOUND_LOCAL?: string;
  /** How mail leaves: `smtps://…`, `smtp://…` or an https provider; without it letters wait. */
  readonly MAIL_URL?: string;
  /** As `Callers360 <privacy@example.com>`. */
  readonly MAIL_FROM?: string;
  /** The https provider's key. */
  readonly MAIL_TOKEN?: string;
  /** Letters a minute to one recipient domain; 600 unless told. */
  readonly MAIL_DOMAIN_RATE?: string;
}

/** The settings after they were checked. */
export interface Settings {
  readonly publicHost: string;
  /** True where PUBLIC_HOST is a localhost name. */
  readonly local: boolean;
  /** Scheme and host of every absolute URL that leaves the product, without trailing slash. */
  readonly publicUrl: string;
  readonly operatorOrg: string;
  readonly database: DatabaseAddress;
  readonly orgDatabases: DatabaseGroup | null;
  readonly authSecret: string;
  readonly ledgerSecret: string;
  readonly rateLimits: boolean;
  readonly outboundLocal: boolean;
}

const checked = new WeakMap<Env, Settings>();

/**
 * The validated settings of this isolate.
 * @throws Error that names every setting that is missing or wrong, in one sentence each
 */
export function settingsOf(env: Env): Settings {
  const known = checked.get(env);
  if (known !== undefined) return known;
  const faults: string[] = [];
  const required = (
    name: "PUBLIC_HOST" | "OPERATOR_ORG" | "DATABASE_URL" | "AUTH_SECRET" | "LEDGER_SECRET",
  ) => {
    const value = env[name] ?? "";
    if (value === "") faults.push(`${name} is missing.`);
    return value;
  };
  const publicHost = required("PUBLIC_HOST").toLowerCase();
  const operatorOrg = required("OPERATOR_ORG");
  const url = required("DATABASE_URL");
  const authSecret = required("AUTH_SECRET");
  const ledgerSecret = required("LEDGER_SECRET");
  const local = isLocalhostName(publicHost);
  if (authSecret.length < 32) faults.push("AUTH_SECRET must have at least 32 characters.");
  if (!/^[A-Za-z0-9+/]{43}=$/.test(ledgerSecret)) faults.push("LEDGER_SECRET must be 32 bytes in base64.");
  const urls = env.ORG_DATABASES ?? "";
  if (urls !== "" && !isGroupPattern(urls)) {
    faults.push("ORG_DATABASES must be a URL without a path and with one *, as https://*-acme.turso.io.");
  }
  if (env.LOCAL_URL !== undefined && !local) faults.push("LOCAL_URL is only for a localhost PUBLIC_HOST.");
  if (env.RATE_LIMITS === "off" && !local) {
    faults.push("RATE_LIMITS=off is only for a localhost PUBLIC_HOST.");
  }
  if (env.OUTBOUND_LOCAL === "on" && !local) {
    faults.push("OUTBOUND_LOCAL=on is only for a localhost PUBLIC_HOST.");
  }
  if (faults.length > 0) throw new Error(`The worker's settings are wrong. ${faults.join(" ")}`);
  const settings: Settings = {
    publicHost,
    local,
    publicUrl: env.LOCAL_URL ?? `https://${publicHost}`,
    operatorOrg,
    database: { url, token: env.DATABASE_TOKEN === "" ? undefined : env.DATABASE_TOKEN },
    orgDatabases: urls === "" ? null : { urls, token: env.ORG_DATABASES_TOKEN || undefined },
    authSecret,
    ledgerSecret,
    rateLimits: env.RATE_LIMITS !== "off",
    outboundLocal: env.OUTBOUND_LOCAL === "on",
  };
  checked.set(env, settings);
  return settings;
}
