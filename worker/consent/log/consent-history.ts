import { sha256 } from "@noble/hashes/sha2.js";
import type { Database } from "../../../db/client.ts";
import { Problem } from "../../http/problem.ts";
import { encodeBase64 } from "../../ledger/base64.ts";
import { sameBytes, utf8 } from "../../ledger/bytes.ts";
import type { Categories } from "../choice.ts";
import { erasureOf, readErasure } from "../erasure/queries.ts";
import { erased } from "../give-consent.ts";
import type { Site } from "../queries.ts";
import { type ConsentRecord, openRecord, receiptPath } from "../record.ts";
import {
  readRecords,
  readStateBySecret,
  recordsOfVisitor,
  recordThatHolds,
  type StoredRecord,
  stateBySecret,
} from "./queries.ts";

/** A record with all that its proof needs. */
export interface ProvableRecord {
  readonly index: number;
  readonly record: ConsentRecord;
  /** Standard base64 of 32 bytes. */
  readonly salt: string;
  /** Path of the proof. */
  readonly receipt: string;
}

/** What the visitor sees of themselves. */
export interface ConsentHistory {
  /** The record that holds, and what it grants at this moment: nothing once it has expired. */
  readonly current: ProvableRecord & {
    readonly categories: Categories;
    /** RFC 3339; null where nothing is granted. */
    readonly granted_until: string | null;
  };
  /** Oldest first; the newest 500 of them. */
  readonly history: readonly ProvableRecord[];
}

const HISTORY = 500;
/** The scheme has no case, and one or more spaces after it (RFC 9110, section 11.1). */
const SECRET = /^consent +([A-Za-z0-9_-]{43})$/i;

/**
 * The visitor's own records.
 * @param authorization `Consent SECRET`
 * @throws Problem 401 without one, 403 for an unknown id and for a wrong secret alike, 410 erased
 */
export async function consentHistory(
  database: Database,
  site: Site | null,
  consentId: string,
  authorization: string | undefined,
  now: number,
): Promise<ConsentHistory> {
  const secretSha256 = sha256(utf8(secretOf(authorization)));
  if (site === null) throw wrongSecret();
  const [states, holds, records, erasures] = await database.read([
    stateBySecret(site, consentId, secretSha256),
    recordThatHolds(site, consentId),
    recordsOfVisitor(site, consentId, HISTORY),
    erasureOf(site.org, site.site, sha256(utf8(consentId))),
  ]);
  const state = readStateBySecret(states);
  const secretOfErased = readErasure(erasures);
  if (secretOfErased !== null && sameBytes(secretOfErased, secretSha256)) throw erased();
  if (state === null) throw wrongSecret();
  const [holding] = readRecords(holds);
  if (holding === undefined) throw new Error("a visitor's state without its record");
  const open = state.grantedUntil !== null && state.grantedUntil > now;
  return {
    current: {
      ...provable(holding),
      categories: open ? state.categories : { preferences: false, analytics: false, marketing: false },
      granted_until: state.grantedUntil === null ? null : new Date(state.grantedUntil).toISOString(),
    },
    history: readRecords(records).reverse().map(provable),
  };
}

/** The secret in `Authorization: Consent SECRET`. @throws Problem 401 */
export function secretOf(authorization: string | undefined): string {
  const secret = SECRET.exec(authorization ?? "")?.[1];
  if (secret === undefined) throw secretMissing();
  return secret;
}

/** As it is shown to whoever may see it. */
export function provable({ index, log, record, salt }: StoredRecord): ProvableRecord {
  return { index, record: openRecord(record), salt: encodeBase64(salt), receipt: receiptPath(log, index) };
}

function secretMissing(): Problem {
  return new Problem(
    401,
    "unauthenticated",
    "Secret missing",
    "Send the secret that belongs to this consent id as Authorization: Consent SECRET.",
    { headers: { "www-authenticate": "Consent" } },
  );
}

/** 403: the same words for an unknown id and a wrong secret. */
export function wrongSecret(): Problem {
  return new Problem(403, "wrong-secret", "Wrong secret", "There is no such consent id with this secret.");
}
