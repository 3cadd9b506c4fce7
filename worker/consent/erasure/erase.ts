import { sha256 } from "@noble/hashes/sha2.js";
import { type Database, openDatabase } from "../../../db/client.ts";
import { auditEntry } from "../../accounts/audit.ts";
import { type Env, settingsOf } from "../../env.ts";
import { encodeHex, sameBytes, utf8 } from "../../ledger/bytes.ts";
import { outdateCommits } from "../../ledger/queries.ts";
import type { Site } from "../queries.ts";
import {
  closeVisitors,
  deleteClosed,
  erasureOf,
  oldVisitors,
  openVisitor,
  readErasure,
  readOldVisitors,
  readOpenVisitor,
  type VisitorId,
} from "./queries.ts";

/** Visitors closed, or rows erased, in one transaction: short enough that no visitor waits for it. */
const CHUNK = 200;
/** What one call does at most; the next call, or the schedule, goes on. */
const MAX_CHUNKS = 25;
/** Another choice of the visitor may come between reading and closing. */
const MAX_ATTEMPTS = 20;

/** Who asked for an erasure: what the audit log says, and the secret's hash where it is the visitor. */
export interface Erasing {
  /** As `key:key_1`, `member:usr_1` or `visitor`. */
  readonly actor: string;
  readonly secretSha256?: Uint8Array;
}

/**
 * Erases what is kept of one visitor of a site. First, in one transaction with its audit row, the gate
 * is closed and the analytics keys end; then records, salts, idempotency answers and events go. The
 * leaves stay, and receipts stay valid. Again is no error.
 * @returns `unknown` where there is no such visitor, or not with this secret
 */
export async function eraseConsent(
  database: Database,
  { org, site, log }: Site,
  consentId: string,
  { actor, secretSha256 }: Erasing,
): Promise<"erased" | "unknown"> {
  const visitor: VisitorId = { org, site, consentId };
  const consentSha256 = sha256(utf8(consentId));
  const mayErase = (stored: Uint8Array) => secretSha256 === undefined || sameBytes(stored, secretSha256);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const [open, done] = await database.read([openVisitor(visitor), erasureOf(org, site, consentSha256)]);
    const before = readOpenVisitor(open);
    if (before === null) {
      const erased = readErasure(done);
      if (erased === null || !mayErase(erased)) return "unknown";
      await deleteAll(database, visitor);
      return "erased";
    }
    if (!mayErase(before.secretSha256)) return "unknown";
    const now = Date.now();
    const results = await database.write([
      ...closeVisitors([{ ...visitor, consentSha256, newestIndex: before.newestIndex }], now),
      outdateCommits([log]),
      auditEntry({
        id: `audit_${crypto.randomUUID()}`,
        org,
        at: now,
        actor,
        action: "consent.erase",
        target: `${site}/sha256:${encodeHex(consentSha256)}`,
      }),
    ]);
    if (results[2]?.rowsAffected === 1) {
      await deleteAll(database, visitor);
      return "erased";
    }
  }
  throw new Error("a visitor's choices came faster than their erasure");
}

/** Which visitors are erased: those of an organisation, or of one site, whose newest record is older. */
export interface ErasureFilter {
  readonly org: string;
  readonly site: string | null;
  /** UTC milliseconds, exclusive. */
  readonly before: number;
}

/** How far a call came. */
export interface ErasureProgress {
  /** Visitors that this call closed. */
  readonly erased: number;
  /** False where the next call has more to do. */
  readonly done: boolean;
}

/**
 * Erases every visitor of whom nothing was recorded since `before`. In pieces: at most 5,000 visitors
 * a call, each piece a transaction of its own that may be the last one; the same call again goes on.
 */
export async function eraseOldConsents(
  database: Database,
  filter: ErasureFilter,
  actor: string,
): Promise<ErasureProgress> {
  let erased = 0;
  let after: Parameters<typeof oldVisitors>[0]["after"] = null;
  const now = Date.now();
  const audit = auditEntry({
    id: `audit_${crypto.randomUUID()}`,
    org: filter.org,
    at: now,
    actor,
    action: "consent.erase_older",
    target: `${filter.site ?? filter.org} before ${new Date(filter.before).toISOString()}`,
  });
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk += 1) {
    const begun = Date.now();
    const [found] = await database.read([oldVisitors({ ...filter, after, limit: CHUNK })]);
    const visitors = readOldVisitors(found);
    const closing = visitors.map(({ site, consentId, index }) => ({
      org: filter.org,
      site,
      consentId,
      newestIndex: index,
      consentSha256: sha256(utf8(consentId)),
    }));
    const logs = [...new Set(visitors.map(({ log }) => log))];
    const results = await database.write([
      ...closeVisitors(closing, now),
      outdateCommits(logs),
      ...(chunk === 0 ? [audit] : []),
    ]);
    erased += results[2]?.rowsAffected ?? 0;
    const swept = await deleteAll(database, null);
    if (visitors.length < CHUNK) return { erased, done: swept };
    after = visitors.at(-1) ?? null;
    // The other half of the time is for commits: each closing makes those that are planned start again.
    await new Promise((resume) => setTimeout(resume, Date.now() - begun));
  }
  return { erased, done: false };
}

/** Goes on with erasures that were broken off; on the schedule. */
export async function finishErasures(env: Env): Promise<void> {
  await deleteAll(openDatabase(settingsOf(env).database), null);
}

/** Deletes what is left of closed visitors, or of the one. @returns false when more is left */
async function deleteAll(database: Database, visitor: VisitorId | null): Promise<boolean> {
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk += 1) {
    const results = await database.write(deleteClosed(visitor, CHUNK));
    if (results.every(({ rowsAffected }) => rowsAffected < CHUNK)) return true;
  }
  return false;
}
