import type { ResultSet } from "@libsql/client/web";
import type { Notice } from "../../../consent-banner/configuration.ts";
import type { Statement } from "../../../db/client.ts";
import { text } from "../../../db/rows.ts";

/** What all sites of an organisation tell their visitors now. */
export function noticesOfOrg(org: string): Statement {
  return {
    sql: "SELECT document FROM notice WHERE org = ?1 AND superseded_at IS NULL ORDER BY site",
    args: [org],
  };
}

export function readNoticesOfOrg(result: ResultSet | undefined): Notice[] {
  return (result?.rows ?? []).map((row) => noticeOf(text(row, "document")));
}

/** The named boundary: `publishNotice` alone writes this column, from a `Notice`. */
export function noticeOf(document: string): Notice {
  return JSON.parse(document) as Notice;
}
