import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { number, text } from "../../../db/rows.ts";

/** A site of an organisation. */
export interface SiteId {
  readonly org: string;
  readonly site: string;
}

/** What a site granted today, and on its busiest of the seven days before. */
export interface DaysOfSite extends SiteId {
  readonly today: number;
  readonly busiest: number;
}

/** One row for each site. @param day UTC days since 1970 */
export function grantsOf(sites: readonly SiteId[], day: number): Statement {
  const own = "b.org = s.value->>0 AND b.site = s.value->>1";
  return {
    sql: `SELECT s.value->>0 AS org, s.value->>1 AS site,
            coalesce((SELECT granted FROM consent_budget b WHERE ${own} AND day = ?2), 0) AS today,
            coalesce((SELECT max(granted) FROM consent_budget b WHERE ${own} AND day BETWEEN ?2 - 7 AND ?2 - 1), 0) AS busiest
          FROM json_each(?1) s`,
    args: [JSON.stringify(sites.map(({ org, site }) => [org, site])), day],
  };
}

export function readGrants(result: ResultSet | undefined): DaysOfSite[] {
  return (result?.rows ?? []).map((row) => ({
    org: text(row, "org"),
    site: text(row, "site"),
    today: number(row, "today"),
    busiest: number(row, "busiest"),
  }));
}

/** Adds what a commit grants; days that nothing is measured against any more go. */
export function countGrants(
  sites: readonly (SiteId & { readonly granted: number })[],
  day: number,
): Statement[] {
  const values = JSON.stringify(sites.map(({ org, site, granted }) => [org, site, granted]));
  return [
    {
      sql: `INSERT INTO consent_budget (org, site, day, granted)
            SELECT value->>0, value->>1, ?2, value->>2 FROM json_each(?1) WHERE true
            ON CONFLICT (org, site, day) DO UPDATE SET granted = granted + excluded.granted`,
      args: [values, day],
    },
    {
      sql: `DELETE FROM consent_budget WHERE (org, site, day) IN (
              SELECT b.org, b.site, b.day FROM json_each(?1) s CROSS JOIN consent_budget b
                ON b.org = s.value->>0 AND b.site = s.value->>1 AND b.day < ?2 - 7)`,
      args: [values, day],
    },
  ];
}
