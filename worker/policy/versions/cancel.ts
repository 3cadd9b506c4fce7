import type { Database } from "../../../db/client.ts";
import { formatInstant } from "../../http/fields.ts";
import { notFound, Problem } from "../../http/problem.ts";
import { callOffVersion } from "../../notify/outbox/occasion-queries.ts";
import { readVersions, storedVersion } from "../queries.ts";
import type { PolicyVersion } from "../version.ts";
import { CLOSING, cancelUntil } from "./notice-period.ts";
import { cancelVersion, type DraftKey } from "./queries.ts";

export interface Cancellation extends DraftKey {
  /** In plain words, for those who were told of the version. */
  readonly reason: string | null;
  readonly actor: string;
  /** UTC milliseconds. */
  readonly now: number;
}

/**
 * Calls off a version that was announced; it stays public as what it is: cancelled. Again it changes
 * nothing.
 * @throws Problem 404 what was never announced, 409 in the last minute before the instant and after it
 */
export async function cancelScheduled(database: Database, wanted: Cancellation): Promise<PolicyVersion> {
  const { org, policy, version, reason, actor, now } = wanted;
  const [, , rows] = await database.write([
    ...cancelVersion(wanted, reason, CLOSING, { actor, now }),
    storedVersion(org, policy, version),
    ...callOffVersion(wanted, now),
  ]);
  const [stored] = readVersions(rows);
  if (stored === undefined) throw notFound("scheduled version");
  if (stored.cancelledAt !== null) return stored;
  throw new Problem(
    409,
    "policy-too-late",
    "Too late to cancel",
    stored.effectiveAt <= now
      ? `Version ${version} is in force since ${formatInstant(stored.effectiveAt)}: schedule another one.`
      : `Version ${version} takes effect at ${formatInstant(stored.effectiveAt)}; it could be cancelled until ${formatInstant(cancelUntil(stored.effectiveAt))}.`,
  );
}
