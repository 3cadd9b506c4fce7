import type { Statement } from "../../db/client.ts";
import type { Role, Scope } from "./principal.ts";

/**
 * What an organisation needs before anybody can use it, as statements: the caller runs them in one
 * write batch. Each may run again; what is there already stays, except where it says otherwise.
 */

/** An organisation with one log and one site. */
export interface OrganisationSeed {
  readonly org: string;
  readonly name: string;
  /** IANA zone of its days. */
  readonly timeZone: string;
  readonly log: string;
  readonly site: string;
  readonly siteName: string;
  /** PUBLIC_HOST: with the log's name it becomes the log's origin, fixed for ever (C2SP tlog-checkpoint). */
  readonly publicHost: string;
  /** UTC milliseconds. */
  readonly now: number;
}

export function organisationStatements(seed: OrganisationSeed): Statement[] {
  const { org, name, timeZone, log, site, siteName, publicHost, now } = seed;
  return [
    {
      sql: `INSERT INTO organization (id, name, slug, created_at, time_zone) VALUES (?1, ?2, ?1, ?3, ?4)
            ON CONFLICT (id) DO NOTHING`,
      args: [org, name, now, timeZone],
    },
    {
      sql: "INSERT INTO log (log, org, origin, created_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (log) DO NOTHING",
      args: [log, org, `${publicHost}/log/${log}`, now],
    },
    {
      sql: "INSERT INTO site (id, org, log, name, created_at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO NOTHING",
      args: [site, org, log, siteName, now],
    },
  ];
}

/** A person who signs in with e-mail and password, and is a member of one organisation. */
export interface MemberSeed {
  readonly org: string;
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  /** By `hashPassword` of `password.ts`; never the password. */
  readonly passwordHash: string;
  readonly role: Role;
  /** UTC milliseconds. */
  readonly now: number;
}

/** Run again with another hash it sets a new password, and then ends that person's sessions. */
export function memberStatements(seed: MemberSeed): Statement[] {
  const { org, userId, name, email, passwordHash, role, now } = seed;
  return [
    {
      sql: `INSERT INTO user (id, name, email, email_verified, created_at, updated_at)
            VALUES (?1, ?2, ?3, 1, ?4, ?4) ON CONFLICT (id) DO NOTHING`,
      args: [userId, name, email.toLowerCase(), now],
    },
    {
      sql: `DELETE FROM session WHERE user_id = ?1
            AND EXISTS (SELECT 1 FROM account WHERE id = ?2 AND password IS NOT ?3)`,
      args: [userId, `acc_${userId}`, passwordHash],
    },
    {
      sql: `INSERT INTO account (id, account_id, provider_id, user_id, password, created_at, updated_at)
            VALUES (?1, ?2, 'credential', ?2, ?3, ?4, ?4)
            ON CONFLICT (id) DO UPDATE SET password = excluded.password, updated_at = excluded.updated_at`,
      args: [`acc_${userId}`, userId, passwordHash, now],
    },
    {
      sql: `INSERT INTO member (id, organization_id, user_id, role, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (user_id, organization_id) DO UPDATE SET role = excluded.role`,
      args: [`mem_${org}_${userId}`, org, userId, role, now],
    },
  ];
}

/** A key whose holder got the plaintext once; only its hash is stored. */
export interface KeySeed {
  readonly org: string;
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** As `newApiKey` makes it. */
  readonly key: string;
  /** UTC milliseconds. */
  readonly now: number;
}

/** Run again with the id of a stored key it replaces that key: the old plaintext stops working at once. */
export async function keyStatement(seed: KeySeed): Promise<Statement> {
  const sha256 = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(seed.key));
  return {
    sql: `INSERT INTO api_key (id, org, name, scopes, key_sha256, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
          ON CONFLICT (id) DO UPDATE SET scopes = excluded.scopes, key_sha256 = excluded.key_sha256,
            revoked_at = NULL`,
    args: [seed.id, seed.org, seed.name, seed.scopes.join(" "), new Uint8Array(sha256), seed.now],
  };
}

/** Registers a site's origins (scheme://host:port) for good. */
export function registerOrigins(site: string, origins: readonly string[]): Statement[] {
  return origins.map((origin) => insertOrigin(site, origin, "registered"));
}

/** The origins of a local start: those of the start before, on another port perhaps, are forgotten. */
export function replaceLocalOrigins(site: string, origins: readonly string[]): Statement[] {
  return [
    { sql: "DELETE FROM site_origin WHERE site = ?1 AND source = 'local'", args: [site] },
    ...origins.map((origin) => insertOrigin(site, origin, "local")),
  ];
}

function insertOrigin(site: string, origin: string, source: "registered" | "local"): Statement {
  return {
    sql: "INSERT INTO site_origin (site, origin, source) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    args: [site, origin, source],
  };
}

/** `c360_` and 32 random bytes in base64url: 43 characters. */
export function newApiKey(): string {
  return `c360_${randomText(32)}`;
}

/** 18 random bytes in base64url: 24 characters, more than anybody can guess. */
export function newPassword(): string {
  return randomText(18);
}

function randomText(bytes: number): string {
  const binary = String.fromCharCode(...crypto.getRandomValues(new Uint8Array(bytes)));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
