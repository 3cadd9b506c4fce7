import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "./client.ts";
import { number, text } from "./rows.ts";
import { TENANT_TABLES, type TenantTable } from "./tenant-tables.ts";

/** A column after `org`, as a table has it now. */
interface Column {
  readonly name: string;
  readonly isBlob: boolean;
}

/** A tenant table: its columns after `org`, and which of them are its key there. */
export interface Shape {
  readonly table: TenantTable;
  readonly columns: readonly Column[];
  readonly key: readonly Column[];
}

/** What each tenant table looks like in a database, for `readShapes`. */
export function tenantShapes(): Statement {
  return {
    sql: `SELECT t.value AS tbl, i.name, upper(i.type) AS type, i.pk
          FROM json_each(?1) t CROSS JOIN pragma_table_info(t.value) i ORDER BY t.key, i.cid`,
    args: [JSON.stringify(TENANT_TABLES)],
  };
}

/** @throws Error when a table is missing, or is not bound by `org` first of all */
export function readShapes(result: ResultSet): Shape[] {
  return TENANT_TABLES.map((table) => {
    const rows = result.rows.filter((row) => text(row, "tbl") === table);
    const columns = rows.map((row) => ({
      name: text(row, "name"),
      isBlob: text(row, "type") === "BLOB",
      pk: number(row, "pk"),
    }));
    const [org, ...others] = columns;
    if (org?.name !== "org" || org.pk !== 1)
      throw new Error(`${table} is not a table with org first in its key`);
    return {
      table,
      columns: others,
      key: others.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk),
    };
  });
}

/** A column's value as JSON holds it: blobs in hex. */
export function toJson({ name, isBlob }: Column, alias: string): string {
  const column = `${alias}.${name}`;
  return isBlob ? `CASE WHEN ${column} IS NULL THEN NULL ELSE hex(${column}) END` : column;
}

/** The same value out of element `index` of the JSON array `array`. */
export function fromJson({ isBlob }: Column, array: string, index: number): string {
  return isBlob ? `unhex(${array} ->> ${index})` : `${array} ->> ${index}`;
}

/** The key of a row as a JSON array. */
export function keyOf(shape: Shape, alias: string): string {
  return `json_array(${shape.key.map((column) => toJson(column, alias)).join(", ")})`;
}
