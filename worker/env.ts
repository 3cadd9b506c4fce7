import type { DatabaseAddress } from "../db/client.ts";
import { isLocalhostName } from "./http/localhost-name.ts";
import type { Sequencer } from "./ledger/sequencer.ts";
import type { TeamRoom } from "./live/team-room.ts";

/** What the platform hands to the worker; `wrangler.toml` and the local start name the same ones. */
export interface Env {
  readonly TEAM_ROOM: DurableObjectNamespace<TeamRoom>;
  readonly SEQUENCER: DurableObjectNamespace<Sequencer>;
  readonly ASSETS: Fetcher;
  readonly PUBLIC_HOST?: string;
  /** Only beside a localhost PUBLIC_HOST: the address that absolute URLs carry, with its port. */
  readonly LOCAL_URL?: string;
  readonly OPERATOR_ORG?: string;
  readonly DATABASE_URL?: string;
  readonly DATABASE_TOKEN?: string;
  /** Signs session cookies; at least 32 characters. */
  readonly AUTH_SECRET?: string;
  /** 32 bytes in base64: each log's signing key is derived from it. */
  readonly LEDGER_SECRET?: string;
  /** `off` for load tests, beside a localhost PUBLIC_HOST only. */
  readonly RATE_LIMITS?: string;
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
  readonly authSecret: string;
  readonly ledgerSecret: string;
  readonly rateLimits: boolean;
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
  if (env.LOCAL_URL !== undefined && !local) faults.push("LOCAL_URL is only for a localhost PUBLIC_HOST.");
  if (env.RATE_LIMITS === "off" && !local) {
    faults.push("RATE_LIMITS=off is only for a localhost PUBLIC_HOST.");
  }
  if (faults.length > 0) throw new Error(`The worker's settings are wrong. ${faults.join(" ")}`);
  const settings: Settings = {
    publicHost,
    local,
    publicUrl: env.LOCAL_URL ?? `https://${publicHost}`,
    operatorOrg,
    database: { url, token: env.DATABASE_TOKEN === "" ? undefined : env.DATABASE_TOKEN },
    authSecret,
    ledgerSecret,
    rateLimits: env.RATE_LIMITS !== "off",
  };
  checked.set(env, settings);
  return settings;
}
