/**
 * An organisation's call data, which moves as a whole: bound by the column `org`, which comes first in the
 * primary key. The test beside this file fails for a table that is used for calls and is not here.
 */
export const TENANT_TABLES = [
  "calls",
  "r_slot",
  "r_team_day",
  "r_day",
  "r_week",
  "tombstone",
  "caller_state",
  "business_hours",
  "call_job",
  "alarm",
  "org_commit",
  "org_head",
] as const;

export type TenantTable = (typeof TENANT_TABLES)[number];

/** What says where call data is and how a move stands; each database has its own rows. */
export const MOVE_TABLES = ["org_closed", "org_change", "org_copy"] as const;
