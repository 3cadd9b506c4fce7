import type { Statement } from "./client.ts";
import { keyOf, type Shape } from "./tenant-shape.ts";
import { TENANT_TABLES } from "./tenant-tables.ts";

const EVENTS = ["insert", "update", "delete"] as const;

/**
 * From now on the keys of an organisation's rows that change are written to `org_change`, by triggers, so
 * that no writer can pass by. In one transaction; what a move before left behind is forgotten.
 */
export function recordChanges(org: string, shapes: readonly Shape[]): Statement[] {
  return [
    ...forgetChanges(org),
    ...shapes.flatMap((shape) =>
      EVENTS.map((event) => {
        const row = event === "delete" ? "OLD" : "NEW";
        const note = (key: string, when: string) =>
          `INSERT INTO org_change (org, tbl, key) SELECT ${literal(org)}, '${shape.table}', ${key} ${when};`;
        const [before, after] = [keyOf(shape, "OLD"), keyOf(shape, "NEW")];
        return `CREATE TRIGGER ${trigger(org, shape.table, event)} AFTER ${event} ON ${shape.table}
          WHEN ${row}.org = ${literal(org)} BEGIN
          ${note(event === "delete" ? before : after, "")}
          ${event === "update" ? note(before, `WHERE ${before} <> ${after}`) : ""}
          END`;
      }),
    ),
  ];
}

/** Ends that, and forgets what was written. */
export function forgetChanges(org: string): Statement[] {
  return [
    ...TENANT_TABLES.flatMap((table) =>
      EVENTS.map((event) => `DROP TRIGGER IF EXISTS ${trigger(org, table, event)}`),
    ),
    { sql: "DELETE FROM org_change WHERE org = ?1", args: [org] },
  ];
}

function trigger(org: string, table: string, event: string): string {
  return `"move ${org.replaceAll('"', '""')} ${table} ${event}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
