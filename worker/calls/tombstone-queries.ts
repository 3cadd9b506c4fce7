import type { Statement } from "../../db/client.ts";
import { packed } from "./packed-rows.ts";

/** Of these MACs (hex) the tombstones that exist; read by `Tombstones`. */
export function tombstonesByMac(org: string, macs: readonly string[]): Statement {
  return {
    sql: packed(
      ["lower(hex(t.mac))", "t.kind", "t.before", "t.alias"],
      `FROM json_each(?2) k CROSS JOIN tombstone t WHERE t.org = ?1 AND t.mac = unhex(k.value)`,
    ),
    args: [org, JSON.stringify(macs)],
  };
}

/** One row of `tombstone`. */
export interface TombstoneRow {
  /** Lower-case hex. */
  readonly mac: string;
  readonly kind: "call" | "stripped" | "customer" | "caller";
  readonly before: number | null;
  readonly alias: string | null;
}

/** Lays tombstones; a removed call stays removed, and of two erasures of one person the later one counts. */
export function layTombstones(org: string, rows: readonly TombstoneRow[]): Statement {
  return {
    sql: `INSERT INTO tombstone (org, mac, kind, before, alias)
          SELECT ?1, unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3 FROM json_each(?2) WHERE true
          ON CONFLICT (org, mac) DO UPDATE SET kind = excluded.kind, before = excluded.before,
            alias = excluded.alias WHERE kind <> 'call'`,
    args: [org, JSON.stringify(rows.map(({ mac, kind, before, alias }) => [mac, kind, before, alias]))],
  };
}

/** Keeps the key that is there already. */
export function keepTombstoneKey(org: string, key: Uint8Array): Statement {
  return {
    sql: "UPDATE org_head SET tombstone_key = coalesce(tombstone_key, ?2) WHERE org = ?1",
    args: [org, key],
  };
}

/** Counts events of calls that are no longer kept. */
export function countRefused(org: string, events: number): Statement {
  return {
    sql: "UPDATE org_head SET late_refused = late_refused + ?2 WHERE org = ?1",
    args: [org, events],
  };
}
