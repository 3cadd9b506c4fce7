import type { Database } from "../../../db/client.ts";
import { readSites, sitesWithNotice } from "../queries.ts";

/** The ids of the sites that write into a log and show a notice: whose tag its monitor looks at. */
export async function sitesOfLog(database: Database, log: string): Promise<string[]> {
  const [found] = await database.read([sitesWithNotice(log)]);
  return readSites(found).map(({ site }) => site);
}
