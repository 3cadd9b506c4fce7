import type { AppContext } from "../../http/app-env.ts";
import { appendNoticeLeaves } from "../notices/append-notice-leaves.ts";
import { readVersion, type SiteKey, type Version, versionOf } from "./queries.ts";

/**
 * Shows the notice in the log at once. Where the log cannot take it now the publication stands all the
 * same, and the schedule brings the leaf.
 * @returns its place in the log, null where it is not there yet
 */
export async function afterPublishing(c: AppContext, key: SiteKey, { n }: Version): Promise<number | null> {
  try {
    await appendNoticeLeaves(c.env);
  } catch (error) {
    console.error(JSON.stringify({ level: "error", job: "notice-leaf", error: String(error) }));
    return null;
  }
  const [found] = await c.get("database").read([versionOf(key, n)]);
  return readVersion(found)?.leafIndex ?? null;
}
