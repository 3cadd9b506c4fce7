import type { Database } from "../../db/client.ts";
import { auditEntry } from "../accounts/audit.ts";
import { changeCalls } from "./change-calls.ts";
import { answered } from "./commit.ts";
import { forgetRevision } from "./maintenance-queries.ts";
import { callsById, readCalls } from "./queries.ts";

/**
 * Lets a source correct a call that it once sent with a revision too high: the stored call counts on as
 * it is, and the next event of it is the truth whatever its revision.
 * @param now UTC ms
 * @returns false where there is no such call
 */
export async function resetRevision(
  database: Database,
  org: string,
  callId: string,
  actor: string,
  now: number,
): Promise<boolean> {
  const entry = {
    id: `audit_${crypto.randomUUID()}`,
    org,
    at: now,
    actor,
    action: "call.reset",
    target: callId,
  };
  const done = await changeCalls(database, org, [callsById(org, [callId])], (_, [found]) => {
    if (readCalls(answered(found)).length === 0) return null;
    return { statements: [forgetRevision(org, callId), auditEntry(entry)], outcome: true };
  });
  return done ?? false;
}
