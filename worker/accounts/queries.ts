import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../db/client.ts";
import type { Place } from "../../db/places.ts";
import { number, numberOrNull, text, textOrNull } from "../../db/rows.ts";
import type { AuditEntry } from "./audit.ts";

/** The live key with this hash, if any. */
export function keyByHash(sha256: Uint8Array): Statement {
  return {
    sql: `SELECT k.id, k.org, k.scopes, o.database_url AS place
          FROM api_key k LEFT JOIN organization o ON o.id = k.org
          WHERE k.key_sha256 = ?1 AND k.revoked_at IS NULL`,
    args: [sha256],
  };
}

export function readKey(
  result: ResultSet,
): { id: string; org: string; place: Place; scopes: string[] } | null {
  const row = result.rows[0];
  if (row === undefined) return null;
  return {
    id: text(row, "id"),
    org: text(row, "org"),
    place: textOrNull(row, "place"),
    scopes: text(row, "scopes").split(" "),
  };
}

/** Every membership of the person whose unexpired session has this token. */
export function membershipsBySession(token: string, now: number): Statement {
  return {
    sql: `SELECT s.id AS session, s.user_id, s.expires_at, m.organization_id AS org, m.role, o.database_url AS place
          FROM session s LEFT JOIN member m ON m.user_id = s.user_id
          LEFT JOIN organization o ON o.id = m.organization_id
          WHERE s.token = ?1 AND s.expires_at > ?2 ORDER BY m.organization_id`,
    args: [token, now],
  };
}

export interface Membership {
  readonly org: string;
  readonly role: string;
  readonly place: Place;
}

export function readMemberships(result: ResultSet): { userId: string; memberships: Membership[] } | null {
  const first = result.rows[0];
  if (first === undefined) return null;
  return {
    userId: text(first, "user_id"),
    memberships: result.rows
      .filter((row) => row.org !== null)
      .map((row) => ({ org: text(row, "org"), role: text(row, "role"), place: textOrNull(row, "place") })),
  };
}

/** Ends the session with this token, at once and for every reader. */
export function deleteSession(token: string): Statement {
  return { sql: "DELETE FROM session WHERE token = ?1", args: [token] };
}

/** A member with the organisation, for the page's frame. */
export function memberById(org: string, userId: string): Statement {
  return {
    sql: `SELECT u.name AS user_name, u.email, u.language, o.id AS org, o.name AS org_name, o.time_zone, m.role
          FROM member m JOIN user u ON u.id = m.user_id JOIN organization o ON o.id = m.organization_id
          WHERE m.organization_id = ?1 AND m.user_id = ?2`,
    args: [org, userId],
  };
}

export interface Profile {
  readonly user: {
    readonly name: string;
    readonly email: string;
    /** In which mail is written to them; null where they chose none. */
    readonly language: string | null;
  };
  readonly org: { readonly id: string; readonly name: string; readonly time_zone: string };
  readonly role: string;
}

export function readProfile(result: ResultSet): Profile | null {
  const row = result.rows[0];
  if (row === undefined) return null;
  return {
    user: { name: text(row, "user_name"), email: text(row, "email"), language: textOrNull(row, "language") },
    org: { id: text(row, "org"), name: text(row, "org_name"), time_zone: text(row, "time_zone") },
    role: text(row, "role"),
  };
}

/** The organisations of the person whose unexpired session has this token, by name. */
export function organisationsBySession(token: string, now: number): Statement {
  return {
    sql: `SELECT o.id, o.name FROM session s JOIN member m ON m.user_id = s.user_id
          JOIN organization o ON o.id = m.organization_id
          WHERE s.token = ?1 AND s.expires_at > ?2 ORDER BY o.name, o.id`,
    args: [token, now],
  };
}

export function readOrganisations(result: ResultSet): { id: string; name: string }[] {
  return result.rows.map((row) => ({ id: text(row, "id"), name: text(row, "name") }));
}

/** The IANA zone in which an organisation counts its days. */
export function timeZoneOf(org: string): Statement {
  return { sql: "SELECT time_zone FROM organization WHERE id = ?1", args: [org] };
}

/** @throws Error when the organisation is gone */
export function readTimeZone(result: ResultSet): string {
  const row = result.rows[0];
  if (row === undefined) throw new Error("the organisation is not in the directory");
  return text(row, "time_zone");
}

/** Where an organisation's call data is. */
export function placeOf(org: string): Statement {
  return { sql: "SELECT database_url AS place FROM organization WHERE id = ?1", args: [org] };
}

/** @throws Error when the organisation is gone */
export function readPlace(result: ResultSet | undefined): Place {
  const row = result?.rows[0];
  if (row === undefined) throw new Error("the organisation is not in the directory");
  return textOrNull(row, "place");
}

/** Every place where call data of some organisation is, the directory's own among them, for `readPlaces`. */
export function placesInUse(): Statement {
  return "SELECT DISTINCT database_url AS place FROM organization WHERE database_url IS NOT NULL ORDER BY 1";
}

export function readPlaces(result: ResultSet | undefined): Place[] {
  return [null, ...(result?.rows ?? []).map((row) => text(row, "place"))];
}

/** What a database beside the directory holds for it, oldest first, for `readEntries`. */
export function entriesToTell(limit: number): Statement {
  return {
    sql: "SELECT id, org, at, actor, action, target FROM audit_log ORDER BY at, id LIMIT ?1",
    args: [limit],
  };
}

export function readEntries(result: ResultSet | undefined): AuditEntry[] {
  return (result?.rows ?? []).map((row) => ({
    id: text(row, "id"),
    org: text(row, "org"),
    at: number(row, "at"),
    actor: text(row, "actor"),
    action: text(row, "action"),
    target: text(row, "target"),
  }));
}

export function forgetEntries(ids: readonly string[]): Statement {
  return {
    sql: "DELETE FROM audit_log WHERE id IN (SELECT value FROM json_each(?1))",
    args: [JSON.stringify(ids)],
  };
}

/** The directory's copy of a zone is what its newest entry about it says, in whatever order entries come. */
export function adoptTimeZone(org: string): Statement {
  return {
    sql: `UPDATE organization SET time_zone = coalesce((SELECT target FROM audit_log
            WHERE org = ?1 AND action = 'org.time_zone' ORDER BY at DESC, id DESC LIMIT 1), time_zone)
          WHERE id = ?1`,
    args: [org],
  };
}

/** Organisations that are closed in a database, or whether one is, for `readClosedHere`. */
export function closedHere(org: string | undefined): Statement {
  return {
    sql: "SELECT org, move FROM org_closed WHERE ?1 IS NULL OR org = ?1 ORDER BY org",
    args: [org ?? null],
  };
}

export function readClosedHere(result: ResultSet | undefined): { org: string; move: string }[] {
  return (result?.rows ?? []).map((row) => ({ org: text(row, "org"), move: text(row, "move") }));
}

/** Where each of these organisations is, and how a move of it stands, for `readClosings`. */
export function closingOf(orgs: readonly string[]): Statement {
  return {
    sql: `SELECT o.id AS org, o.database_url AS place, m.move, m.state, m.heard_at
          FROM json_each(?1) k JOIN organization o ON o.id = k.value LEFT JOIN org_move m ON m.org = o.id`,
    args: [JSON.stringify(orgs)],
  };
}

interface Closing {
  readonly place: Place;
  /** Both null without a move. */
  readonly move: string | null;
  readonly state: string | null;
  /** UTC ms. */
  readonly heardAt: number;
}

export function readClosings(result: ResultSet | undefined): Map<string, Closing> {
  return new Map(
    (result?.rows ?? []).map((row) => [
      text(row, "org"),
      {
        place: textOrNull(row, "place"),
        move: textOrNull(row, "move"),
        state: textOrNull(row, "state"),
        heardAt: numberOrNull(row, "heard_at") ?? 0,
      },
    ]),
  );
}

/** Gives a move up whose mover has said nothing since. */
export function forgetMove(org: string, heardAt: number): Statement {
  return {
    sql: "DELETE FROM org_move WHERE org = ?1 AND state = 'closed' AND heard_at = ?2",
    args: [org, heardAt],
  };
}

export function openPlace(org: string, move: string): Statement {
  return { sql: "DELETE FROM org_closed WHERE org = ?1 AND move = ?2", args: [org, move] };
}

/** In which language somebody, or who chose none in an organisation, is written to. */
export function setLanguage(
  whose: { readonly user: string } | { readonly org: string },
  language: string | null,
): Statement {
  return "user" in whose
    ? { sql: "UPDATE user SET language = ?2 WHERE id = ?1", args: [whose.user, language] }
    : { sql: "UPDATE organization SET language = ?2 WHERE id = ?1", args: [whose.org, language] };
}
