import type { Database } from "../../../db/client.ts";
import { formatInstant } from "../../http/fields.ts";
import { dropSuppression, readSuppressedAddresses, suppressedAddresses } from "./suppression-queries.ts";

const LISTED = 1000;

export async function readSuppressions(database: Database, org: string) {
  const [rows] = await database.read([suppressedAddresses(org, LISTED)]);
  return readSuppressedAddresses(rows).map(({ address, since, answer }) => ({
    address,
    since: formatInstant(since),
    answer,
  }));
}

/** @returns whether the address was suppressed */
export async function liftSuppression(
  database: Database,
  wanted: { org: string; address: string; actor: string; now: number },
): Promise<boolean> {
  const results = await database.write(dropSuppression(wanted));
  return results.at(-1)?.rowsAffected === 1;
}
