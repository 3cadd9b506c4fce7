import type { Database } from "../../db/client.ts";
import { auditEntry } from "../accounts/audit.ts";
import { changeCalls } from "./change-calls.ts";
import { answered } from "./commit.ts";
import { type Limits, readRetention, retentionOf, writeLimits } from "./maintenance-queries.ts";

/** What is not named stays. */
export type LimitChange = { readonly [Name in keyof Limits]?: Limits[Name] | undefined };

/**
 * Sets for how many months an organisation keeps calls, and numbers of single callers; the next night
 * drops what is past them. Longer limits bring nothing back.
 * @param now UTC ms
 */
export async function setLimits(
  database: Database,
  org: string,
  limits: LimitChange,
  actor: string,
  now: number,
): Promise<void> {
  const id = `audit_${crypto.randomUUID()}`;
  await changeCalls(database, org, [retentionOf(org)], (_, [found]) => {
    const present = readRetention(answered(found));
    const callMonths = limits.callMonths ?? present.callMonths;
    const callerMonths = limits.callerMonths ?? present.callerMonths;
    const target = `calls ${callMonths} months, callers ${callerMonths} months`;
    return {
      statements: [
        writeLimits(org, { callMonths, callerMonths }),
        auditEntry({ id, org, at: now, actor, action: "retention.limits", target }),
      ],
      outcome: null,
    };
  });
}
