import { type Database, isLostFence } from "../../db/client.ts";
import { auditEntry } from "../accounts/audit.ts";
import { notFound, Problem, unavailable } from "../http/problem.ts";
import { openHead, signHead } from "./head.ts";
import { head, identity, logOwnedBy, readHead, readIdentity, rotateKey } from "./queries.ts";
import { signersOf, vkeyOf } from "./signing-key.ts";

/** What was asked: who, which log, and how long both keys sign. Times are UTC milliseconds. */
export interface RotationRequest {
  readonly org: string;
  readonly log: string;
  readonly overlapMs: number;
  readonly now: number;
  /** For the audit log. */
  readonly actor: string;
}

/** A log after its rotation. */
export interface Rotated {
  readonly generation: number;
  readonly vkey: string;
  readonly previous: {
    readonly generation: number;
    readonly vkey: string;
    /** UTC milliseconds. */
    readonly signsUntil: number;
  };
}

/** The tree may grow between reading and writing, as often as there are commits. */
const MAX_ATTEMPTS = 20;

/**
 * Gives a log its next key. Until the overlap ends every checkpoint carries both signatures, the newest
 * one at once; what an old key signed stays valid for ever. A commit that was planned before is planned
 * anew, so that none is signed by the old key alone.
 * @throws Problem 404 for a log of somebody else, 409 when it was rotated meanwhile
 */
export async function rotateLogKey(
  database: Database,
  secret: string,
  { org, log, overlapMs, now, actor }: RotationRequest,
): Promise<Rotated> {
  const [owned, first] = await database.read([logOwnedBy(log, org), identity(log)]);
  const before = readIdentity(first);
  if (owned?.rows.length !== 1 || before === null) throw notFound("log");
  const { origin, generation } = before;
  const next = generation + 1;
  const until = now + overlapMs;
  const retiring = overlapMs > 0 ? [...before.retiring, generation] : before.retiring;
  const signers = await signersOf(secret, { origin, generation: next, retiring });
  const audit = auditEntry({
    id: `audit_${crypto.randomUUID()}`,
    org,
    at: now,
    actor,
    action: "log.rotate_key",
    target: `${log} generation ${next}`,
  });
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const [who, present] = await database.read([identity(log), head(log)]);
    if (readIdentity(who)?.generation !== generation) throw rotatedMeanwhile();
    const tree = readHead(present) ?? (await openHead(database, log, await signersOf(secret, before)));
    const signed = await signHead(tree, signers);
    try {
      await database.write([...rotateKey({ log, org, next, now, until, head: signed }), audit]);
    } catch (error) {
      if (isLostFence(error)) continue;
      throw error;
    }
    const [vkey, previous] = await Promise.all([
      vkeyOf(secret, origin, next),
      vkeyOf(secret, origin, generation),
    ]);
    return { generation: next, vkey, previous: { generation, vkey: previous, signsUntil: until } };
  }
  throw unavailable("The log is too busy to change its key right now. Try again shortly.");
}

function rotatedMeanwhile(): Problem {
  return new Problem(
    409,
    "rotated-meanwhile",
    "Rotated meanwhile",
    "The log's key was changed by another request: read its keys again.",
  );
}
