import type { Database } from "../../db/client.ts";
import { auditEntry } from "../accounts/audit.ts";
import { changeCalls } from "./change-calls.ts";
import { answered } from "./commit.ts";
import { hoursBefore } from "./erase-customer.ts";
import { newJobId } from "./job.ts";
import { countCallsOfCaller, oldestStart, openJob, readCount, readStarts } from "./maintenance-queries.ts";
import { keepTombstoneKey, layTombstones } from "./tombstone-queries.ts";
import { macOf, newTombstoneKey } from "./tombstones.ts";

/** Whose data goes: a customer's, or a caller's, whose calls stay under an anonymous id or are removed. */
export type Erasure =
  | { readonly kind: "customer"; readonly ref: string }
  | { readonly kind: "caller"; readonly ref: string; readonly mode: "anonymise" | "remove" };

/**
 * Opens the job of an erasure, lays the tombstone of the person and writes the audit row, all in one
 * transaction. From then on no event brings the person back; what is stored goes chunk by chunk.
 * Calls that start later are another matter: the same id may go on.
 * @param now UTC ms
 * @returns the job's id
 */
export async function startErasure(
  database: Database,
  org: string,
  erasure: Erasure,
  actor: string,
  now: number,
): Promise<string> {
  const job = newJobId();
  const alias = erasure.kind === "caller" && erasure.mode === "anonymise" ? anonymousCaller() : null;
  const question = erasure.kind === "customer" ? oldestStart(org) : countCallsOfCaller(org, erasure.ref, now);
  await changeCalls(database, org, [question], ({ head }, [found]) => {
    const { cursor, total } =
      erasure.kind === "customer"
        ? fromOldest(readStarts(answered(found)).oldest, now)
        : { cursor: alias ?? "", total: readCount(answered(found)) };
    const key = head.tombstoneKey ?? newTombstoneKey();
    const mac = macOf(key, erasure.kind, erasure.ref);
    return {
      statements: [
        keepTombstoneKey(org, key),
        layTombstones(org, [{ mac, kind: erasure.kind, before: now, alias }]),
        openJob(org, {
          job,
          kind: erasure.kind === "customer" ? "erase-customer" : "erase-caller",
          mode: erasure.kind === "caller" ? erasure.mode : null,
          ref: erasure.ref,
          before: now,
          cursor,
          total,
          createdAt: now,
        }),
        auditEntry({ id: `audit_${job}`, org, at: now, actor, action: actionOf(erasure), target: job }),
      ],
      outcome: job,
    };
  });
  return job;
}

/** A customer's erasure looks through hours, from the oldest call on. */
function fromOldest(oldest: number | null, now: number): { cursor: string; total: number } {
  const { from, to } = hoursBefore(oldest, now);
  return { cursor: String(from), total: to - from };
}

function actionOf(erasure: Erasure): string {
  return erasure.kind === "customer" ? "erasure.customer" : `erasure.caller.${erasure.mode}`;
}

/** No id of the organisation's own has 24 random digits. */
function anonymousCaller(): string {
  const random = crypto.getRandomValues(new Uint8Array(12));
  return `anon_${[...random].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
