import type { ResultSet } from "@libsql/client/web";
import { getSignedCookie } from "hono/cookie";
import type { Statement } from "../../db/client.ts";
import type { AppContext } from "../http/app-env.ts";
import { type FieldError, Problem } from "../http/problem.ts";
import { orgId, type Principal, type Role, SCOPES, type Scope } from "./principal.ts";
import { keyByHash, type Membership, membershipsBySession, readKey, readMemberships } from "./queries.ts";

/**
 * What the request claims to be, not yet believed: `question` asks the database, `answer` reads
 * its word. Asked in the request's own batch, a revocation costs no extra round trip.
 */
export interface Credential {
  /** Equal for equal claims: the key of the isolate's memory. */
  readonly id: string;
  readonly question: Statement;
  /** @throws Problem 401, 403 or 409 when the claim does not hold */
  answer(result: ResultSet): Principal;
}

/** The scheme has no case, and one or more spaces after it (RFC 9110, section 11.1). */
const KEY = /^bearer +(c360_[A-Za-z0-9_-]{43})$/i;

/** better-auth prefixes its cookies with `__Secure-` on https. */
export function sessionCookieName(secure: boolean): string {
  return `${secure ? "__Secure-" : ""}better-auth.session_token`;
}

/** The credential that a request carries, or null when it carries none. @throws Problem 401 for a malformed one */
export async function credentialOf(c: AppContext): Promise<Credential | null> {
  const authorization = c.req.header("authorization");
  if (authorization !== undefined) {
    const key = KEY.exec(authorization)?.[1];
    if (key === undefined) throw unauthenticated();
    return keyCredential(key);
  }
  const token = await sessionTokenOf(c);
  if (token === null) return null;
  return sessionCredential(token, c.req.header("c360-org") ?? c.req.query("org"));
}

/** The token of a session cookie that carries our signature, whether or not the session still lives. */
export async function sessionTokenOf(c: AppContext): Promise<string | null> {
  const { authSecret, local } = c.get("settings");
  const token = await getSignedCookie(c, authSecret, sessionCookieName(!local));
  return token === undefined || token === false ? null : token;
}

async function keyCredential(key: string): Promise<Credential> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key)));
  return {
    id: `key ${String.fromCharCode(...hash)}`,
    question: keyByHash(hash),
    answer: (result) => {
      const found = readKey(result);
      if (found === null) throw unauthenticated();
      const scopes = new Set<Scope>(SCOPES.filter((scope) => found.scopes.includes(scope)));
      return { kind: "key", org: orgId(found.org), place: found.place, keyId: found.id, scopes };
    },
  };
}

/** The credential of a session by its token; `wanted` names one of several organisations. */
export function sessionCredential(token: string, wanted: string | undefined): Credential {
  return {
    id: `session ${wanted ?? ""} ${token}`,
    question: membershipsBySession(token, Date.now()),
    answer: (result) => {
      const found = readMemberships(result);
      if (found === null) throw unauthenticated();
      const standing = standingOf(found, wanted);
      if (standing.kind === "unnamed") throw organisationNotNamed();
      if (standing.kind === "outsider") {
        throw new Problem(403, "not-a-member", "Not a member", "You are not a member of this organisation.");
      }
      return standing.principal;
    },
  };
}

/** As what a signed-in person stands before the organisation that a request names, or before their only one. */
export type Standing =
  | { readonly kind: "member"; readonly principal: Principal }
  | { readonly kind: "outsider" }
  /** A member of several who named none. */
  | { readonly kind: "unnamed" };

export function standingOf(
  person: { readonly userId: string; readonly memberships: readonly Membership[] },
  wanted: string | undefined,
): Standing {
  if (wanted === undefined && person.memberships.length > 1) return { kind: "unnamed" };
  const membership = person.memberships.find((one) => wanted === undefined || one.org === wanted);
  if (membership === undefined) return { kind: "outsider" };
  const { userId } = person;
  return {
    kind: "member",
    principal: {
      kind: "member",
      org: orgId(membership.org),
      place: membership.place,
      userId,
      role: roleOf(membership.role),
    },
  };
}

/** The table's CHECK allows these three; anything else would be the least of them. */
function roleOf(text: string): Role {
  return text === "owner" || text === "admin" ? text : "member";
}

/** 401 for a missing, malformed, unknown or revoked credential: the same words for all. */
export function unauthenticated(): Problem {
  return new Problem(
    401,
    "unauthenticated",
    "Not signed in",
    "Send a valid API key as Authorization: Bearer c360_…, or sign in.",
    { headers: { "www-authenticate": "Bearer" } },
  );
}

function organisationNotNamed(): Problem {
  const errors: FieldError[] = [{ header: "C360-Org", detail: "name one of your organisations." }];
  return new Problem(
    409,
    "organisation-not-named",
    "Which organisation?",
    "You belong to several organisations: name one in the C360-Org header or the org parameter.",
    { errors },
  );
}
