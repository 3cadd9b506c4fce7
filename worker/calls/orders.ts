import type { Database } from "../../db/client.ts";
import { startZoneChange } from "./rebuild-zone.ts";
import { resetRevision } from "./reset-revision.ts";
import { startRetention } from "./retention.ts";
import { type LimitChange, setLimits } from "./set-limits.ts";
import { type Erasure, startErasure } from "./start-erasure.ts";

/** Something to be done with an organisation's stored calls, for its room; `actor` goes into the audit log. */
export type Order =
  | { readonly kind: "erase"; readonly erasure: Erasure; readonly actor: string }
  | { readonly kind: "change-zone"; readonly zone: string; readonly actor: string }
  | { readonly kind: "reset"; readonly callId: string; readonly actor: string }
  | { readonly kind: "limit"; readonly limits: LimitChange; readonly actor: string }
  | { readonly kind: "retain" }
  /** Only go on with the jobs that are open. */
  | { readonly kind: "continue" };

/**
 * Carries out what is done at once, and opens the job of what takes longer.
 * @param now UTC ms
 * @returns the job's id; of a reset the call's id; null where nothing was to do, or no such call
 */
export async function carryOut(
  database: Database,
  org: string,
  order: Order,
  now: number,
): Promise<string | null> {
  switch (order.kind) {
    case "erase":
      return startErasure(database, org, order.erasure, order.actor, now);
    case "change-zone":
      return startZoneChange(database, org, order.zone, order.actor, now);
    case "reset":
      return (await resetRevision(database, org, order.callId, order.actor, now)) ? order.callId : null;
    case "limit":
      await setLimits(database, org, order.limits, order.actor, now);
      return null;
    case "retain":
      return startRetention(database, org, now);
    case "continue":
      return null;
  }
}
